#pragma once

#include "base/Bytes.h"
#include "srtp/Inbound.h"
#include "srtp/Keying.h"
#include "srtp/Outbound.h"
#include "support/RtspClient.h"
#include "support/RtspSessions.h"
#include "support/UdpPortPair.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// `seed` in each byte.
srtp::Keying testKeying(std::uint8_t seed, srtp::Tag tag = srtp::Tag::Bits80);

/// The KeyMgmt header of a client with that key.
RtspClient::Headers::value_type keyMgmtOf(const srtp::Keying& keying);

/// A player that gets SRTP of a stream with one track, through a relay that speaks TLS for it.
class SrtpPlayer {
  public:
    /// Throws std::runtime_error when the server refuses. `path` may ask for a description with keys; `own`: its own.
    SrtpPlayer(std::uint16_t port, std::string_view path, RtpWay way, const srtp::Keying& own,
               int receiveBufferBytes = 0);

    /// The next packet as it came, of RTP or of RTCP.
    base::Bytes expectPacket(bool isRtcp);

    /// The next packet of RTP, opened. Throws std::runtime_error when it is not authentic.
    base::Bytes expectRtp();
    base::Bytes expectRtcp();

    /// Sends an empty receiver report, protected with the own key or by `otherwise`.
    void report(srtp::Outbound* otherwise = nullptr);
    void sendRtcp(base::ByteSpan packet);

    /// What it was told of the server's key in its SETUP's answer.
    const srtp::Keying& serversKey() const { return serversKey_; }
    const rtsp::RtspResponse& description() const { return description_; }
    const rtsp::RtspResponse& setUpAnswer() const { return answer_; }
    RtspClient& client() { return client_; }
    const std::string& url() const { return url_; }

  private:
    base::Bytes opened(bool isRtcp);

    std::string url_;
    RtspClient client_;
    std::optional<UdpPortPair> udp_;
    rtsp::RtspResponse description_;
    rtsp::RtspResponse answer_;
    srtp::Keying serversKey_;
    std::unique_ptr<srtp::Inbound> in_;
    std::unique_ptr<srtp::Outbound> out_;
};

} // namespace hookcast::integration
