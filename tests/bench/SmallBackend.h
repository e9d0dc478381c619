#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <unordered_map>

namespace hookcast::bench {

/// A backend that says yes to everything, at as little cost as one can be had for: HTTP/1.1 with connections that stay,
/// on a thread of its own.
class SmallBackend {
  public:
    /// Throws std::system_error when the system gives no socket.
    SmallBackend();
    ~SmallBackend();
    SmallBackend(const SmallBackend&) = delete;
    SmallBackend& operator=(const SmallBackend&) = delete;

    std::uint16_t port() const { return port_; }

  private:
    void run();
    void accept();
    bool serve(int connection);

    int listener_;
    int poll_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::unordered_map<int, std::string> unread_; ///< by connection: the beginning of its next request
    std::thread thread_;
};

} // namespace hookcast::bench
