#include "support/RtspSessions.h"

#include "rtp/RtpPacket.h"
#include "rtp/Sdp.h"
#include "support/TestFrames.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr std::int64_t kTicksPerMs = 90;
constexpr std::size_t kMaxUnitBytes = 16 * 1024 * 1024;
constexpr std::uint8_t kPayloadType = 96;

RtspClient::Headers transport(const std::string& value) {
    return {{"Transport", value}};
}

} // namespace

std::string rtspUrl(std::uint16_t port, std::string_view path) {
    return fmt::format("rtsp://127.0.0.1:{}/{}", port, path);
}

std::string avcSdp() {
    return "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=Test\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
           "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
           "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z2QADKy0Cgz8+AiAAAADAIAAABkHihVQ,aO8Pyw==\r\n"
           "a=control:streamid=0\r\n";
}

base::Bytes avcPicture(bool keyframe, std::size_t sizeBytes, unsigned seed) {
    base::Bytes unit = noise(sizeBytes, seed);
    unit.at(0) = keyframe ? 0x65 : 0x41;
    unit.at(1) = 0x88; // first_mb_in_slice is 0
    return unit;
}

AvcPackets::AvcPackets() {
    rtp::PacketizerOptions options;
    options.payloadType = kPayloadType;
    options.ssrc = 0x1234;
    options.firstSequence = 65000;
    packetizer_ = rtp::makePacketizer(media::Codec::Avc, options);
}

std::vector<base::Bytes> AvcPackets::of(bool keyframe, std::int64_t ptsMs, std::size_t sizeBytes, unsigned seed) {
    class Collector final : public rtp::PacketSink {
      public:
        void packet(base::ByteSpan header, base::ByteSpan payload) override {
            const base::ByteSpan rtp = header.subspan(rtp::kInterleavedHeaderBytes);
            packets.emplace_back(rtp.begin(), rtp.end()).insert(packets.back().end(), payload.begin(), payload.end());
        }
        std::vector<base::Bytes> packets;
    };
    Collector collector;
    const base::Bytes picture = avcPicture(keyframe, sizeBytes, seed);
    const base::ByteSpan unit(picture);
    packetizer_->write({&unit, 1}, static_cast<std::uint32_t>(ptsMs * kTicksPerMs), collector);
    for (base::Bytes& packet : collector.packets) {
        const auto sequence = static_cast<std::uint16_t>((packet.at(2) << 8U | packet.at(3)) + jump_);
        packet[2] = static_cast<std::uint8_t>(sequence >> 8U);
        packet[3] = static_cast<std::uint8_t>(sequence);
    }
    return std::move(collector.packets);
}

RtspPublisher::RtspPublisher(std::uint16_t port, std::string_view path, RtpWay way)
    : url_(rtspUrl(port, path)), client_(port) {
    client_.require("ANNOUNCE", url_, {{"Content-Type", "application/sdp"}}, avcSdp());
    const std::string track = url_ + "/streamid=0";
    if (way == RtpWay::Tcp) {
        client_.require("SETUP", track, transport("RTP/AVP/TCP;unicast;interleaved=0-1;mode=record"));
    } else {
        udp_.emplace();
        udp_->setServer(
            client_.require("SETUP", track, transport(udp_->transport(";mode=record"))).headers.get("Transport"));
    }
    client_.require("RECORD", url_);
}

void RtspPublisher::send(bool keyframe, std::int64_t ptsMs, std::size_t sizeBytes, unsigned seed) {
    for (const base::Bytes& packet : packets_.of(keyframe, ptsMs, sizeBytes, seed)) sendPacket(packet);
}

void RtspPublisher::sendPacket(base::ByteSpan packet) {
    if (udp_)
        udp_->sendRtp(packet);
    else
        client_.sendFrame(0, packet);
}

RtspPlayer::RtspPlayer(std::uint16_t port, std::string_view path, RtpWay way, int receiveBufferBytes)
    : url_(rtspUrl(port, path)), client_(port, receiveBufferBytes) {
    const rtsp::RtspResponse description = client_.require("DESCRIBE", url_, {{"Accept", "application/sdp"}});
    const auto sdp = rtp::parseSdp(base::asText(description.body));
    if (!sdp) throw std::runtime_error("the server's description: " + sdp.error().message);
    for (std::size_t i = 0; i < sdp.value().media.size(); ++i) {
        setUp(i, way);
        const rtp::SdpMedia& media = sdp.value().media[i];
        if (media.kind == rtp::SdpKind::Video) depacketizer_ = rtp::makeDepacketizer(media, kMaxUnitBytes).take();
    }
    playAnswer_ = client_.require("PLAY", url_, {{"Range", "npt=0.000-"}});
}

void RtspPlayer::setUp(std::size_t track, RtpWay way) {
    const std::string url = fmt::format("{}/trackID={}", url_, track);
    if (way == RtpWay::Tcp) {
        client_.require("SETUP", url,
                        transport(fmt::format("RTP/AVP/TCP;unicast;interleaved={}-{}", 2 * track, 2 * track + 1)));
        return;
    }
    UdpPortPair& ports = udp_.emplace_back();
    ports.setServer(client_.require("SETUP", url, transport(ports.transport())).headers.get("Transport"));
}

std::optional<RtspPlayer::Picture> RtspPlayer::receivePicture(const Deadline& deadline) {
    while (pictures_.empty()) {
        const auto packet = receivePacket(deadline);
        if (!packet) return std::nullopt;
        const auto rtp = rtp::RtpPacketView::parse(*packet);
        if (!rtp) throw std::runtime_error("the server sends a broken packet: " + rtp.error().message);
        for (const rtp::AccessUnit& unit : depacketizer_->push(rtp.value()))
            pictures_.push_back({unit.rtpTimestamp, unit.keyframe, unit.units.back()});
    }
    Picture picture = std::move(pictures_.front());
    pictures_.erase(pictures_.begin());
    return picture;
}

RtspPlayer::Picture RtspPlayer::expectPicture(const Deadline& deadline) {
    auto picture = receivePicture(deadline);
    if (!picture) throw std::runtime_error("no picture came");
    return std::move(*picture);
}

std::optional<base::Bytes> RtspPlayer::receivePacket(const Deadline& deadline) {
    if (!udp_.empty()) return udp_.front().receiveRtp(deadline);
    for (;;) {
        auto frame = client_.receiveFrame(deadline);
        if (!frame) return std::nullopt;
        if (frame->channel == 0) return std::move(frame->payload);
    }
}

} // namespace hookcast::integration
