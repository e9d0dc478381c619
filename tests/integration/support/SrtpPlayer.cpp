#include "support/SrtpPlayer.h"

#include "rtp/Rtcp.h"
#include "rtsp/KeyManagement.h"

#include <sys/uio.h>

#include <algorithm>
#include <stdexcept>

namespace hookcast::integration {

namespace {

constexpr std::uint32_t kSsrc = 0x0C11E47;

template <typename T>
T taken(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return result.take();
}

std::string secureTransport(const std::optional<UdpPortPair>& udp) {
    if (!udp) return "RTP/SAVP/TCP;unicast;interleaved=0-1";
    std::string transport = udp->transport();
    return transport.replace(transport.find("RTP/AVP"), 7, "RTP/SAVP");
}

} // namespace

srtp::Keying testKeying(std::uint8_t seed, srtp::Tag tag) {
    srtp::Keying keying;
    keying.key.bytes.fill(seed);
    keying.tag = tag;
    return keying;
}

RtspClient::Headers::value_type keyMgmtOf(const srtp::Keying& keying) {
    return {"KeyMgmt", taken(rtsp::writeKeyMgmt("rtsps://localhost/", keying, 0))};
}

SrtpPlayer::SrtpPlayer(std::uint16_t port, std::string_view path, RtpWay way, const srtp::Keying& own,
                       int receiveBufferBytes)
    : url_(rtspUrl(port, path)), client_(port, receiveBufferBytes), out_(taken(srtp::Outbound::make(own))) {
    if (way == RtpWay::Udp) udp_.emplace();
    description_ = client_.require("DESCRIBE", url_, {{"Accept", "application/sdp"}});
    answer_ = client_.require("SETUP", url_ + "/trackID=0", {{"Transport", secureTransport(udp_)}, keyMgmtOf(own)});
    if (udp_) udp_->setServer(answer_.headers.get("Transport"));
    serversKey_ = taken(rtsp::parseKeyMgmt(answer_.headers.get("KeyMgmt")));
    in_ = taken(srtp::Inbound::make(serversKey_));
    client_.require("PLAY", url_);
}

base::Bytes SrtpPlayer::expectPacket(bool isRtcp) {
    if (udp_) {
        const auto packet = isRtcp ? udp_->receiveRtcp() : udp_->receiveRtp();
        if (!packet) throw std::runtime_error("no packet came");
        return *packet;
    }
    for (;;) {
        RtspClient::Frame frame = client_.expectFrame();
        if (frame.channel == (isRtcp ? 1 : 0)) return std::move(frame.payload);
    }
}

base::Bytes SrtpPlayer::opened(bool isRtcp) {
    const base::Bytes packet = expectPacket(isRtcp);
    const auto opened = isRtcp ? in_->rtcp(packet) : in_->rtp(packet);
    if (!opened) throw std::runtime_error("a packet of the server's is not authentic");
    return {opened->begin(), opened->end()};
}

base::Bytes SrtpPlayer::expectRtp() {
    return opened(false);
}

base::Bytes SrtpPlayer::expectRtcp() {
    return opened(true);
}

void SrtpPlayer::report(srtp::Outbound* otherwise) {
    rtp::ReceiverReport report;
    report.ssrc = kSsrc;
    base::Bytes plain = rtp::writeReceiverReport(report, "player");
    const iovec piece{plain.data(), plain.size()};
    sendRtcp((otherwise != nullptr ? otherwise : out_.get())->rtcp({&piece, 1}));
}

void SrtpPlayer::sendRtcp(base::ByteSpan packet) {
    if (udp_)
        udp_->sendRtcp(packet);
    else
        client_.sendFrame(1, packet);
}

} // namespace hookcast::integration
