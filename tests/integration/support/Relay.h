#pragma once

#include "support/Descriptor.h"

#include <poll.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>

namespace hookcast::integration {

/// What stands between clients and a server on this machine, on a thread of its own: a port that clients come to, and
/// the way to the server. What passes is up to who has it as his last member, so that it ends before what it uses.
class Relay {
  public:
    /// `run` is the thread's body: it goes on until isEnding(). `type`: SOCK_STREAM, whose clients are to be accepted,
    /// or SOCK_DGRAM. Throws std::runtime_error when there is no socket.
    Relay(int type, std::uint16_t serverPort, std::function<void(const Relay&)> run);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Where clients come to.
    std::uint16_t port() const { return port_; }
    const Descriptor& clients() const { return clients_; }

    /// A socket that leads to the server; not valid when that does not listen.
    Descriptor toServer() const;

    bool isEnding() const { return ending_; }

    /// Waits a moment for what is asked for; false: for nothing, so that the end may be looked for.
    static bool happens(std::span<pollfd> ends);

  private:
    int type_;
    std::uint16_t serverPort_;
    Descriptor clients_;
    std::uint16_t port_;
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace hookcast::integration
