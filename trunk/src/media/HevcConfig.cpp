#include "media/HevcConfig.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "media/BitReader.h"
#include "media/HevcNal.h"
#include "media/HevcSps.h"
#include "media/ParameterSets.h"

#include <optional>

namespace hookcast::media {

namespace {

std::optional<std::uint32_t> vpsId(base::ByteSpan unit) {
    if (unit.size() < 3) return std::nullopt;
    return unit[2] >> 4U;
}

std::optional<std::uint32_t> spsId(base::ByteSpan unit) {
    const auto sps = HevcSps::parse(unit);
    if (!sps.ok()) return std::nullopt;
    return sps.value().id;
}

std::optional<std::uint32_t> ppsId(base::ByteSpan unit) {
    BitReader reader = BitReader::ofNalPayload(unit.subspan(2));
    const std::uint32_t id = reader.ue();
    if (!reader.ok() || id > 63) return std::nullopt;
    return id;
}

/// nuh_layer_id: other layers than the base, of scalable and multiview streams, have parameter sets of their own.
bool isBaseLayer(base::ByteSpan unit) {
    return (unit[0] & 0x01U) == 0 && (unit[1] & 0xF8U) == 0;
}

base::Result<void> writeArray(HevcNalType type, const std::vector<base::Bytes>& units, base::ByteWriter& writer) {
    constexpr unsigned kArrayCompleteness = 0x80;
    writer.u8(static_cast<std::uint8_t>(kArrayCompleteness | static_cast<unsigned>(type)));
    writer.u16(static_cast<std::uint16_t>(units.size()));
    return writeParameterSets(units, writer);
}

} // namespace

base::Result<HevcConfig> HevcConfig::readRecord(base::ByteSpan record) {
    if (beginsWithStartCode(record)) return readByteStream<HevcConfig>(record);
    base::ByteReader reader(record);
    // Muxers of the time before the standard wrote version 0.
    if (reader.u8() > 1) return base::Error{"no HEVCDecoderConfigurationRecord of version 1"};
    reader.bytes(20);
    HevcConfig config;
    config.lengthSizeBytes = (reader.u8() & 0x03U) + 1;
    for (unsigned arrays = reader.u8(); arrays > 0 && reader.ok(); --arrays) {
        const auto type = static_cast<HevcNalType>(reader.u8() & 0x3FU);
        std::vector<base::Bytes> units;
        readParameterSets(reader, reader.u16(), units);
        std::vector<base::Bytes>* sets = type == HevcNalType::Vps   ? &config.vps
                                         : type == HevcNalType::Sps ? &config.sps
                                         : type == HevcNalType::Pps ? &config.pps
                                                                    : nullptr;
        if (sets == nullptr) continue;
        for (base::Bytes& unit : units) sets->push_back(std::move(unit));
    }
    if (!reader.ok()) return base::Error{"an HEVCDecoderConfigurationRecord that is cut short"};
    return config;
}

base::Result<base::Bytes> HevcConfig::writeRecord() const {
    if (!complete()) return base::Error{"no VPS, SPS or PPS"};
    const auto parsed = HevcSps::parse(sps.front());
    if (!parsed.ok()) return parsed.error();
    const HevcSps& first = parsed.value();
    if (first.bitDepthLuma > 15 || first.bitDepthChroma > 15) {
        return base::Error{"a bit depth that the record cannot hold"};
    }

    base::Bytes record;
    base::ByteWriter writer(record);
    writer.u8(1);
    writer.u8(static_cast<std::uint8_t>(first.profileSpace << 6U | (first.highTier ? 0x20U : 0U) | first.profileIdc));
    writer.u32(first.profileCompatibilityFlags);
    writer.bytes(first.constraintFlags);
    writer.u8(first.levelIdc);
    writer.u16(0xF000); // min_spatial_segmentation_idc: not told
    writer.u8(0xFC);    // parallelismType: not told
    writer.u8(static_cast<std::uint8_t>(0xFCU | first.chromaFormatIdc));
    writer.u8(static_cast<std::uint8_t>(0xF8U | (first.bitDepthLuma - 8)));
    writer.u8(static_cast<std::uint8_t>(0xF8U | (first.bitDepthChroma - 8)));
    writer.u16(0); // avgFrameRate: not told
    writer.u8(static_cast<std::uint8_t>(first.temporalLayers << 3U | (first.temporalIdNested ? 0x04U : 0U) |
                                        (lengthSizeBytes - 1)));
    writer.u8(3);
    if (auto written = writeArray(HevcNalType::Vps, vps, writer); !written.ok()) return written.error();
    if (auto written = writeArray(HevcNalType::Sps, sps, writer); !written.ok()) return written.error();
    if (auto written = writeArray(HevcNalType::Pps, pps, writer); !written.ok()) return written.error();
    return record;
}

bool HevcConfig::adopt(base::ByteSpan unit) {
    if (unit.size() < 2 || !isBaseLayer(unit)) return false;
    switch (hevcNalType(unit)) {
    case HevcNalType::Vps: return adoptParameterSet(vps, unit, vpsId);
    case HevcNalType::Sps: return adoptParameterSet(sps, unit, spsId);
    case HevcNalType::Pps: return adoptParameterSet(pps, unit, ppsId);
    default: return false;
    }
}

} // namespace hookcast::media
