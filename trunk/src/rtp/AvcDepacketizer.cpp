#include "rtp/AvcDepacketizer.h"

#include "media/AvcNal.h"

#include <array>

namespace hookcast::rtp {

namespace {

// Payload types beyond those of NAL units (RFC 6184, table 1).
constexpr unsigned kStapA = 24;
constexpr unsigned kStapB = 25;
constexpr unsigned kFuA = 28;
constexpr unsigned kFuB = 29;
constexpr std::size_t kFuHeaderBytes = 2;

bool isSingleNalUnit(unsigned type) {
    return type >= 1 && type < kStapA;
}

/// Of an FU-A: the header of the NAL unit that was cut up, and where in it this is.
struct Fragment {
    std::array<std::uint8_t, 1> header;
    bool isFirst;
    bool isLast;
    base::ByteSpan data;
};

Fragment fragmentOf(base::ByteSpan payload) {
    return {{static_cast<std::uint8_t>((payload[0] & 0xE0U) | (payload[1] & 0x1FU))},
            (payload[1] & 0x80U) != 0,
            (payload[1] & 0x40U) != 0,
            payload.subspan(kFuHeaderBytes)};
}

unsigned typeOf(base::ByteSpan payload) {
    return payload.empty() ? 0 : payload[0] & 0x1FU;
}

} // namespace

void AvcDepacketizer::take(const RtpPacketView& packet) {
    const base::ByteSpan payload = packet.payload;
    const unsigned type = typeOf(payload);
    if (isSingleNalUnit(type)) {
        addNalUnit(payload);
    } else if (type == kStapA) {
        addAggregated(payload.subspan(1));
    } else if (type == kFuA && payload.size() > kFuHeaderBytes) {
        const Fragment fragment = fragmentOf(payload);
        addFragment(fragment.isFirst, fragment.isLast, fragment.header, fragment.data);
    } else if (type >= kStapB && type <= kFuB) {
        refuse();
    } else {
        // Nothing, or a type for the future: ignored, as the standard has it.
        ++counters_.malformedPackets;
    }
}

bool AvcDepacketizer::continuesUnit(const RtpPacketView& packet) const {
    const base::ByteSpan payload = packet.payload;
    const unsigned type = typeOf(payload);
    if (type == kStapA) return aggregateGoesOn(payload.subspan(1));
    if (type != kFuA || payload.size() <= kFuHeaderBytes) return isSingleNalUnit(type) && goesOn(payload);
    const Fragment fragment = fragmentOf(payload);
    return fragmentGoesOn(fragment.isFirst, fragment.header, fragment.data);
}

NalDepacketizer::NalTraits AvcDepacketizer::traitsOf(base::ByteSpan unit) const {
    NalTraits traits;
    const media::AvcNalType type = media::avcNalType(unit);
    traits.isNalUnit = isSingleNalUnit(static_cast<unsigned>(type));
    // 1 to 5: slices, whole or partitioned; of partitions, the first (2) begins a picture.
    traits.isSlice = type >= media::AvcNalType::Slice && type <= media::AvcNalType::IdrSlice;
    traits.beginsPicture = traits.isSlice && media::avcBeginsPicture(unit);
    traits.isKeyframe = type == media::AvcNalType::IdrSlice || media::avcHasRecoveryPoint(unit);
    traits.isParameterSet = type == media::AvcNalType::Sps || type == media::AvcNalType::Pps;
    return traits;
}

} // namespace hookcast::rtp
