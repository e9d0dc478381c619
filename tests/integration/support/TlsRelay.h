#pragma once

#include "support/Descriptor.h"
#include "support/Relay.h"

#include <cstdint>
#include <list>
#include <string>
#include <thread>

namespace hookcast::integration {

/// Makes clients that speak no TLS clients that do: what they send goes through TLS to the server, what it answers
/// comes back out of it. Where the handshake fails, they are closed.
class TlsRelay {
  public:
    struct Terms {
        std::string authorityPem; ///< whose certificate the server has to show
        std::string host;         ///< that it has to be for, and that it is told (SNI)
        std::string preface;      ///< sent before TLS begins
    };

    TlsRelay(std::uint16_t serverPort, Terms terms);
    ~TlsRelay();
    TlsRelay(const TlsRelay&) = delete;
    TlsRelay& operator=(const TlsRelay&) = delete;

    std::uint16_t port() const { return relay_.port(); }

  private:
    void run(const Relay& relay);
    void carry(const Relay& relay, const Descriptor& client, const Descriptor& server) const;

    Terms terms_;
    std::list<std::thread> connections_;
    Relay relay_; ///< last, as its thread uses what stands before
};

/// Whether a handshake with the server succeeds. Throws std::runtime_error when nobody listens.
bool shakesHands(std::uint16_t serverPort, const TlsRelay::Terms& terms);

} // namespace hookcast::integration
