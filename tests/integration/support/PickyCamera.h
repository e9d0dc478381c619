#pragma once

#include "support/Descriptor.h"
#include "support/Relay.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// An RTSP server that gives its media by one of both ways only: it stands before another one, answers what asks for
/// the other way with 461, and passes on the rest. Media over UDP goes between the two ends themselves.
class PickyCamera {
  public:
    enum class Gives { Tcp, Udp };

    /// In front of the server at `serverPort`. Throws std::runtime_error when there is no socket.
    PickyCamera(std::uint16_t serverPort, Gives gives);

    std::uint16_t port() const { return relay_.port(); }

    /// How many SETUPs it has answered with 461.
    unsigned refused() const { return refused_; }

  private:
    void run(const Relay& relay);
    void serve(const Relay& relay, const Descriptor& client);
    bool passRequests(std::string& input, const Descriptor& client, const Descriptor& server);
    bool isRefused(std::string_view request) const;

    Gives gives_;
    std::atomic<unsigned> refused_{0};
    Relay relay_;
};

} // namespace hookcast::integration
