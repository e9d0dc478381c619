#include "rtp/HevcDepacketizer.h"

#include "media/HevcNal.h"

#include <array>

namespace hookcast::rtp {

namespace {

// Payload types beyond those of NAL units (RFC 7798, 4.4).
constexpr unsigned kAggregation = 48;
constexpr unsigned kFragmentation = 49;
constexpr unsigned kPaci = 50;
constexpr std::size_t kPayloadHeaderBytes = 2;
constexpr std::size_t kFuHeaderBytes = 3;

/// The header of the NAL unit that was cut up, and where in it this is.
struct Fragment {
    std::array<std::uint8_t, 2> header;
    bool isFirst;
    bool isLast;
    base::ByteSpan data;
};

Fragment fragmentOf(base::ByteSpan payload) {
    return {{static_cast<std::uint8_t>((payload[0] & 0x81U) | (payload[2] & 0x3FU) << 1U), payload[1]},
            (payload[2] & 0x80U) != 0,
            (payload[2] & 0x40U) != 0,
            payload.subspan(kFuHeaderBytes)};
}

} // namespace

void HevcDepacketizer::take(const RtpPacketView& packet) {
    const base::ByteSpan payload = packet.payload;
    const auto type = static_cast<unsigned>(media::hevcNalType(payload));
    if (type < kAggregation) {
        addNalUnit(payload);
    } else if (type == kAggregation) {
        addAggregated(payload.subspan(kPayloadHeaderBytes));
    } else if (type == kFragmentation && payload.size() > kFuHeaderBytes) {
        const Fragment fragment = fragmentOf(payload);
        addFragment(fragment.isFirst, fragment.isLast, fragment.header, fragment.data);
    } else if (type == kFragmentation || type == kPaci) {
        refuse();
    } else {
        // Nothing, or a type for the future.
        ++counters_.malformedPackets;
    }
}

bool HevcDepacketizer::continuesUnit(const RtpPacketView& packet) const {
    const base::ByteSpan payload = packet.payload;
    const auto type = static_cast<unsigned>(media::hevcNalType(payload));
    if (type == kAggregation) return aggregateGoesOn(payload.subspan(kPayloadHeaderBytes));
    if (type != kFragmentation || payload.size() <= kFuHeaderBytes) return type < kAggregation && goesOn(payload);
    const Fragment fragment = fragmentOf(payload);
    return fragmentGoesOn(fragment.isFirst, fragment.header, fragment.data);
}

NalDepacketizer::NalTraits HevcDepacketizer::traitsOf(base::ByteSpan unit) const {
    NalTraits traits;
    const media::HevcNalType type = media::hevcNalType(unit);
    traits.isNalUnit = static_cast<unsigned>(type) < kAggregation;
    traits.isSlice = media::hevcIsSlice(unit);
    traits.beginsPicture = traits.isSlice && media::hevcBeginsPicture(unit);
    traits.isKeyframe = media::hevcIsRandomAccess(unit);
    traits.isParameterSet =
        type == media::HevcNalType::Vps || type == media::HevcNalType::Sps || type == media::HevcNalType::Pps;
    return traits;
}

} // namespace hookcast::rtp
