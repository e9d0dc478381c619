#pragma once

#include "base/Bytes.h"
#include "rtsp/Transport.h"
#include "support/Deadline.h"
#include "support/Descriptor.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::integration {

/// The two UDP ports on 127.0.0.1 that a client has for one track: RTP on an even one, RTCP on the next. One thread.
class UdpPortPair {
  public:
    /// Throws std::runtime_error when the system has none.
    UdpPortPair();

    /// For a Transport header: `RTP/AVP;unicast;client_port=6000-6001`, with `more` behind it.
    std::string transport(const std::string& more = "") const;

    /// Where to send to, out of the server's answer to SETUP; throws std::runtime_error when that names no ports.
    void setServer(std::string_view transport);
    void setServer(const rtsp::NumberPair& ports) { server_ = ports; }

    const rtsp::NumberPair& ports() const { return own_; }

    void sendRtp(base::ByteSpan packet) const { send(rtp_, server_.rtp, packet); }
    void sendRtcp(base::ByteSpan packet) const { send(rtcp_, server_.rtcp, packet); }

    /// The next packet; nothing when the deadline passes first.
    std::optional<base::Bytes> receiveRtp(const Deadline& deadline = Deadline()) const {
        return receive(rtp_, deadline);
    }
    std::optional<base::Bytes> receiveRtcp(const Deadline& deadline = Deadline()) const {
        return receive(rtcp_, deadline);
    }

  private:
    static void send(const Descriptor& socket, std::uint16_t port, base::ByteSpan packet);
    static std::optional<base::Bytes> receive(const Descriptor& socket, const Deadline& deadline);

    Descriptor rtp_;
    Descriptor rtcp_;
    rtsp::NumberPair own_;
    rtsp::NumberPair server_;
};

} // namespace hookcast::integration
