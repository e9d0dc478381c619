#pragma once

#include "support/Descriptor.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace hookcast::integration {

/// An RTSP server that gives its media by one of both ways only: it stands before another one, answers what asks for
/// the other way with 461, and passes on the rest. Media over UDP goes between the two ends themselves.
class PickyCamera {
  public:
    enum class Gives { Tcp, Udp };

    /// In front of the server at `serverPort`. Throws std::runtime_error when there is no socket.
    PickyCamera(std::uint16_t serverPort, Gives gives);
    ~PickyCamera();
    PickyCamera(const PickyCamera&) = delete;
    PickyCamera& operator=(const PickyCamera&) = delete;

    std::uint16_t port() const { return port_; }

    /// How many SETUPs it has answered with 461.
    unsigned refused() const { return refused_; }

  private:
    void run();
    void serve(const Descriptor& client);
    bool passRequests(std::string& input, const Descriptor& client, const Descriptor& server);
    bool isRefused(std::string_view request) const;

    std::uint16_t serverPort_;
    Gives gives_;
    Descriptor listener_;
    std::uint16_t port_ = 0;
    std::atomic<unsigned> refused_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace hookcast::integration
