#include "media/AnnexBWriter.h"

#include "media/AvcConfig.h"
#include "media/AvcNal.h"
#include "media/HevcConfig.h"
#include "media/HevcNal.h"
#include "media/NalUnits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::media {

namespace {

constexpr std::array<std::uint8_t, 4> kStartCode{0, 0, 0, 1};
/// Any type of slice may follow (H.264, 7.3.2.4; H.265, 7.3.2.5).
constexpr std::array<std::uint8_t, 2> kAvcDelimiter{0x09, 0xF0};
constexpr std::array<std::uint8_t, 3> kHevcDelimiter{0x46, 0x01, 0x50};

void appendWithStartCode(base::Bytes& out, base::ByteSpan unit) {
    out.insert(out.end(), kStartCode.begin(), kStartCode.end());
    out.insert(out.end(), unit.begin(), unit.end());
}

void appendAll(base::Bytes& out, const std::vector<base::Bytes>& units) {
    for (const base::Bytes& unit : units) appendWithStartCode(out, unit);
}

} // namespace

base::Result<AnnexBWriter> AnnexBWriter::create(Codec codec, base::ByteSpan record) {
    AnnexBWriter writer(codec);
    if (codec == Codec::Avc) {
        const auto config = AvcConfig::readRecord(record);
        if (!config) return config.error();
        writer.lengthSizeBytes_ = config.value().lengthSizeBytes;
        appendAll(writer.parameterSets_, config.value().sps);
        appendAll(writer.parameterSets_, config.value().pps);
        return writer;
    }
    if (codec != Codec::Hevc) return base::Error{"only H.264 and HEVC have a byte stream of NAL units"};
    const auto config = HevcConfig::readRecord(record);
    if (!config) return config.error();
    writer.lengthSizeBytes_ = config.value().lengthSizeBytes;
    appendAll(writer.parameterSets_, config.value().vps);
    appendAll(writer.parameterSets_, config.value().sps);
    appendAll(writer.parameterSets_, config.value().pps);
    return writer;
}

base::Result<base::ByteSpan> AnnexBWriter::write(base::ByteSpan payload, bool isKeyframe) {
    units_.clear();
    out_.clear();
    if (const auto split = splitFrame(payload, lengthSizeBytes_, units_); !split) return split.error();
    auto next = units_.begin();
    if (next != units_.end() && isDelimiter(*next))
        appendUnit(*next++);
    else
        appendUnit(codec_ == Codec::Avc ? base::ByteSpan(kAvcDelimiter) : base::ByteSpan(kHevcDelimiter));
    const bool hasSets = std::any_of(next, units_.end(), [this](base::ByteSpan unit) { return isParameterSet(unit); });
    if (isKeyframe && !hasSets) out_.insert(out_.end(), parameterSets_.begin(), parameterSets_.end());
    std::for_each(next, units_.end(), [this](base::ByteSpan unit) { appendUnit(unit); });
    return base::ByteSpan(out_);
}

bool AnnexBWriter::isDelimiter(base::ByteSpan unit) const {
    return codec_ == Codec::Avc ? avcNalType(unit) == AvcNalType::AccessUnitDelimiter
                                : hevcNalType(unit) == HevcNalType::AccessUnitDelimiter;
}

bool AnnexBWriter::isParameterSet(base::ByteSpan unit) const {
    return codec_ == Codec::Avc ? avcNalType(unit) == AvcNalType::Sps : hevcNalType(unit) == HevcNalType::Sps;
}

void AnnexBWriter::appendUnit(base::ByteSpan unit) {
    appendWithStartCode(out_, unit);
}

} // namespace hookcast::media
