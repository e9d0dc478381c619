// The first byte chooses a codec; then packets, each behind its length in 16 bits. What comes out is cut into packets
// and put together again, to the same.
#include "base/ByteReader.h"
#include "rtp/Depacketizer.h"
#include "rtp/Packetizer.h"
#include "rtp/Sdp.h"

#include <array>
#include <cstdlib>
#include <utility>

namespace {

using namespace hookcast;

constexpr std::size_t kMaxUnitBytes = 32 * 1024;

constexpr std::array kSections{
    std::string_view("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
    std::string_view("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\n"),
    std::string_view("m=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/44100\n"
                     "a=fmtp:96 mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1210\n"),
    std::string_view("m=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/44100\n"
                     "a=fmtp:96 mode=AAC-lbr;sizelength=6;indexlength=2;indexdeltalength=2;ctsdeltalength=5;"
                     "dtsdeltalength=3;randomaccessindication=1;streamstateindication=2;auxiliarydatasizelength=4\n"),
    std::string_view("m=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/44100\na=fmtp:96 mode=AAC-lbr;constantsize=5\n"),
    std::string_view("m=audio 0 RTP/AVP 14\n"),
    std::string_view("m=audio 0 RTP/AVP 8\n"),
    std::string_view("m=audio 0 RTP/AVP 9\n"),
    std::string_view("m=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000\n"),
    std::string_view("m=audio 0 RTP/AVP 96\na=rtpmap:96 MP4A-LATM/44100\na=fmtp:96 cpresent=0;config=400024203FC0\n"),
    std::string_view("m=audio 0 RTP/AVP 96\na=rtpmap:96 MP4A-LATM/44100\n"),
};

void check(bool condition) {
    if (!condition) std::abort();
}

/// Reads interleaved frames and hands their packets on.
std::vector<rtp::AccessUnit> pushFrames(rtp::Depacketizer& depacketizer, base::ByteSpan frames) {
    std::vector<rtp::AccessUnit> units;
    base::ByteReader reader(frames);
    while (reader.remaining() > 0) {
        check(reader.u8() == '$');
        reader.u8();
        const auto packet = rtp::RtpPacketView::parse(reader.bytes(reader.u16()));
        check(reader.ok() && packet.ok());
        for (rtp::AccessUnit& unit : depacketizer.push(packet.value())) units.push_back(std::move(unit));
    }
    return units;
}

/// Where one access unit of several frames is several, or one G.711 frame of many samples, only the bytes are the same.
base::Bytes joined(const std::vector<rtp::AccessUnit>& units) {
    base::Bytes all;
    for (const rtp::AccessUnit& unit : units) {
        for (const base::Bytes& bytes : unit.units) all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

void checkRoundTrip(const rtp::SdpMedia& media, const rtp::AccessUnit& unit) {
    const media::Codec codec = media.codec();
    if (codec == media::Codec::None) return; // packets with new headers are not what they were
    if (codec == media::Codec::Aac && !media.parameters.get("auxiliarydatasizelength").empty()) return;
    if (codec == media::Codec::Aac && media.parameters.get("mode") != "AAC-hbr") return;
    const auto packetizer = rtp::makePacketizer(codec, {96, 0, 1, 2, 64});
    base::Bytes frames;
    rtp::BytesSink sink(frames);
    const std::vector<base::ByteSpan> units(unit.units.begin(), unit.units.end());
    packetizer->write(units, unit.rtpTimestamp, sink);
    auto depacketizer = rtp::makeDepacketizer(media, 2 * kMaxUnitBytes);
    const auto again = pushFrames(*depacketizer.value(), frames);
    check(joined(again) == joined({unit}));
    const bool isVideo = codec == media::Codec::Avc || codec == media::Codec::Hevc;
    check(!isVideo || (again.size() == 1 && again[0].units == unit.units && again[0].keyframe == unit.keyframe));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const auto sdp = rtp::parseSdp(kSections[data[0] % kSections.size()]);
    const rtp::SdpMedia& media = sdp.value().media.front();
    auto depacketizer = rtp::makeDepacketizer(media, kMaxUnitBytes);
    const auto opaque = rtp::makePacketizer(media::Codec::None, {});
    base::Bytes rewritten;
    rtp::BytesSink sink(rewritten);
    base::ByteReader reader(base::ByteSpan(data + 1, size - 1));
    while (reader.remaining() > 0) {
        const base::ByteSpan bytes = reader.bytes(reader.u16() % 2048);
        opaque->write({&bytes, 1}, 0, sink);
        const auto packet = rtp::RtpPacketView::parse(bytes);
        if (!packet.ok()) continue;
        for (const rtp::AccessUnit& unit : depacketizer.value()->push(packet.value())) {
            std::size_t heldBytes = 0;
            for (const base::Bytes& part : unit.units) heldBytes += part.size();
            check(!unit.units.empty() && heldBytes <= kMaxUnitBytes);
            checkRoundTrip(media, unit);
        }
    }
    auto plain = rtp::makeDepacketizer(sdp.value().media.front(), kMaxUnitBytes);
    pushFrames(*plain.value(), rewritten);
    return 0;
}
