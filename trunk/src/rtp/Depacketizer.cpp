#include "rtp/Depacketizer.h"

#include "rtp/AacDepacketizer.h"
#include "rtp/AvcDepacketizer.h"
#include "rtp/FrameDepacketizer.h"
#include "rtp/HevcDepacketizer.h"
#include "rtp/LatmDepacketizer.h"
#include "rtp/Mp3Depacketizer.h"
#include "rtp/OpaqueAudioDepacketizer.h"
#include "rtp/OpaqueDepacketizer.h"
#include "rtp/Text.h"

namespace hookcast::rtp {

namespace {

using Made = base::Result<std::unique_ptr<Depacketizer>>;

template <typename Kind, typename... Args>
Made make(Args&&... args) {
    return std::unique_ptr<Depacketizer>(std::make_unique<Kind>(std::forward<Args>(args)...));
}

} // namespace

bool Depacketizer::follows(const RtpHeader& header) {
    const int distance = expected_ ? sequenceDistance(header.sequence, *expected_) : 0;
    if (distance > 0) counters_.lostPackets += static_cast<std::uint64_t>(distance);
    expected_ = static_cast<std::uint16_t>(header.sequence + 1);
    return distance == 0;
}

Made makeDepacketizer(const SdpMedia& media, std::size_t maxUnitBytes) {
    switch (media.codec()) {
    case media::Codec::Avc:
        if (media.parameters.number("packetization-mode", 0) > 1) {
            return base::Error{"H264: the interleaved mode is not supported"};
        }
        return make<AvcDepacketizer>(maxUnitBytes);
    case media::Codec::Hevc:
        if (media.parameters.number("sprop-max-don-diff", 0) > 0) {
            return base::Error{"H265: decoding order numbers are not supported"};
        }
        return make<HevcDepacketizer>(maxUnitBytes);
    case media::Codec::Aac: {
        if (equalsIgnoringCase(media.encodingName, "MP4A-LATM")) return LatmDepacketizer::make(media, maxUnitBytes);
        if (media.aacConfig().empty()) return base::Error{"mpeg4-generic: neither a config nor a rate of AAC's"};
        const auto format = AacDepacketizer::Format::read(media);
        if (!format.ok()) return format.error();
        return make<AacDepacketizer>(format.value(), maxUnitBytes);
    }
    case media::Codec::Opus:
    case media::Codec::G711A:
    case media::Codec::G711U: return make<FrameDepacketizer>();
    case media::Codec::Mp3: return make<Mp3Depacketizer>();
    default: break;
    }
    return makeOpaqueDepacketizer(media.kind, maxUnitBytes);
}

std::unique_ptr<Depacketizer> makeOpaqueDepacketizer(SdpKind kind, std::size_t maxUnitBytes) {
    if (kind == SdpKind::Audio) return std::make_unique<OpaqueAudioDepacketizer>();
    return std::make_unique<OpaqueDepacketizer>(maxUnitBytes);
}

} // namespace hookcast::rtp
