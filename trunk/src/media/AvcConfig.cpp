#include "media/AvcConfig.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "media/AvcNal.h"
#include "media/AvcSps.h"
#include "media/BitReader.h"
#include "media/ParameterSets.h"

#include <optional>

namespace hookcast::media {

namespace {

std::optional<std::uint32_t> spsId(base::ByteSpan unit) {
    BitReader reader = BitReader::ofNalPayload(unit.subspan(1));
    reader.skip(24);
    const std::uint32_t id = reader.ue();
    if (!reader.ok() || id > 31) return std::nullopt;
    return id;
}

std::optional<std::uint32_t> ppsId(base::ByteSpan unit) {
    BitReader reader = BitReader::ofNalPayload(unit.subspan(1));
    const std::uint32_t id = reader.ue();
    if (!reader.ok() || id > 255) return std::nullopt;
    return id;
}

} // namespace

base::Result<AvcConfig> AvcConfig::readRecord(base::ByteSpan record) {
    if (beginsWithStartCode(record)) return readByteStream<AvcConfig>(record);
    base::ByteReader reader(record);
    if (reader.u8() != 1) return base::Error{"no AVCDecoderConfigurationRecord of version 1"};
    reader.bytes(3);
    AvcConfig config;
    config.lengthSizeBytes = (reader.u8() & 0x03U) + 1;
    readParameterSets(reader, reader.u8() & 0x1FU, config.sps);
    readParameterSets(reader, reader.u8(), config.pps);
    if (!reader.ok()) return base::Error{"an AVCDecoderConfigurationRecord that is cut short"};
    return config;
}

base::Result<base::Bytes> AvcConfig::writeRecord() const {
    if (!complete()) return base::Error{"no SPS or no PPS"};
    if (sps.size() > 31 || pps.size() > 255) return base::Error{"more parameter sets than a record can hold"};
    const auto parsed = AvcSps::parse(sps.front());
    if (!parsed.ok()) return parsed.error();
    const AvcSps& first = parsed.value();

    base::Bytes record;
    base::ByteWriter writer(record);
    writer.u8(1);
    writer.u8(first.profileIdc);
    writer.u8(first.constraintFlags);
    writer.u8(first.levelIdc);
    writer.u8(static_cast<std::uint8_t>(0xFCU | (lengthSizeBytes - 1)));
    writer.u8(static_cast<std::uint8_t>(0xE0U | sps.size()));
    if (auto written = writeParameterSets(sps, writer); !written.ok()) return written.error();
    writer.u8(static_cast<std::uint8_t>(pps.size()));
    if (auto written = writeParameterSets(pps, writer); !written.ok()) return written.error();
    // ISO/IEC 14496-15 has this for the profiles 100, 110, 122 and 144, the last of which became 244.
    if (first.profileIdc == 100 || first.profileIdc == 110 || first.profileIdc == 122 || first.profileIdc == 244) {
        writer.u8(static_cast<std::uint8_t>(0xFCU | first.chromaFormatIdc));
        writer.u8(static_cast<std::uint8_t>(0xF8U | (first.bitDepthLuma - 8)));
        writer.u8(static_cast<std::uint8_t>(0xF8U | (first.bitDepthChroma - 8)));
        writer.u8(0); // no SPS extensions
    }
    return record;
}

bool AvcConfig::adopt(base::ByteSpan unit) {
    switch (avcNalType(unit)) {
    case AvcNalType::Sps: return adoptParameterSet(sps, unit, spsId);
    case AvcNalType::Pps: return adoptParameterSet(pps, unit, ppsId);
    default: return false;
    }
}

} // namespace hookcast::media
