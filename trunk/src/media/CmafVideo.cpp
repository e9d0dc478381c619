#include "media/CmafVideo.h"

#include "base/ByteWriter.h"
#include "media/AvcConfig.h"
#include "media/AvcSps.h"
#include "media/BitReader.h"
#include "media/HevcConfig.h"
#include "media/HevcSps.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

namespace hookcast::media {

namespace {

struct Size {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

CmafTrack track(Codec codec, std::string codecs, std::string entry, std::string configType, base::Bytes config,
                Size size) {
    CmafTrack made;
    made.codec = codec;
    made.isVideo = true;
    made.codecs = std::move(codecs);
    made.entryType = std::move(entry);
    made.configType = std::move(configType);
    made.config = std::move(config);
    made.width = size.width;
    made.height = size.height;
    return made;
}

/// ISO/IEC 14496-15, annex E.2.
std::optional<CmafTrack> readAvc(base::ByteSpan record) {
    const auto config = AvcConfig::readRecord(record);
    if (!config || !config.value().complete()) return std::nullopt;
    const auto sps = AvcSps::parse(config.value().sps.front());
    auto written = config.value().writeRecord();
    if (!sps || !written) return std::nullopt;
    const AvcSps& facts = sps.value();
    return track(Codec::Avc,
                 fmt::format("avc1.{:02x}{:02x}{:02x}", facts.profileIdc, facts.constraintFlags, facts.levelIdc),
                 "avc1", "avcC", written.take(), {facts.width, facts.height});
}

std::uint32_t reversed(std::uint32_t bits) {
    std::uint32_t reversed = 0;
    for (unsigned i = 0; i < 32; ++i) reversed |= (bits >> i & 1U) << (31 - i);
    return reversed;
}

/// ISO/IEC 14496-15, annex E.3. Players of Apple's take HEVC with its parameter sets in front, `hvc1`.
std::optional<CmafTrack> readHevc(base::ByteSpan record) {
    const auto config = HevcConfig::readRecord(record);
    if (!config || !config.value().complete()) return std::nullopt;
    const auto sps = HevcSps::parse(config.value().sps.front());
    auto written = config.value().writeRecord();
    if (!sps || !written) return std::nullopt;
    const HevcSps& facts = sps.value();
    static constexpr std::string_view kSpaces[] = {"", "A", "B", "C"};
    std::string codecs =
        fmt::format("hvc1.{}{}.{:X}.{}{}", kSpaces[facts.profileSpace & 3U], facts.profileIdc,
                    reversed(facts.profileCompatibilityFlags), facts.highTier ? 'H' : 'L', facts.levelIdc);
    std::size_t constraints = facts.constraintFlags.size();
    while (constraints > 0 && facts.constraintFlags[constraints - 1] == 0) --constraints;
    for (std::size_t i = 0; i < constraints; ++i) codecs += fmt::format(".{:X}", facts.constraintFlags[i]);
    return track(Codec::Hevc, std::move(codecs), "hvc1", "hvcC", written.take(), {facts.width, facts.height});
}

/// AV1, 4.10.5.
std::uint32_t leb128(BitReader& bits) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 5; ++i) {
        const std::uint32_t byte = bits.bits(8);
        value |= (byte & 0x7FU) << (7 * i);
        if ((byte & 0x80U) == 0) break;
    }
    return value;
}

/// AV1, 5.5.1, behind reduced_still_picture_header, which is 0.
void skipAv1OperatingPoints(BitReader& bits) {
    bool hasDecoderModel = false;
    unsigned delayBits = 0;
    if (bits.flag()) { // timing_info_present_flag
        bits.skip(64);
        if (bits.flag()) bits.ue(); // its uvlc() is ue(v) but for its longest codes
        hasDecoderModel = bits.flag();
        if (hasDecoderModel) {
            delayBits = bits.bits(5) + 1;
            bits.skip(32 + 5 + 5);
        }
    }
    const bool hasDisplayDelay = bits.flag();
    const unsigned points = bits.bits(5) + 1;
    for (unsigned i = 0; i < points && bits.ok(); ++i) {
        bits.skip(12);
        if (bits.bits(5) > 7) bits.skip(1); // seq_tier
        if (hasDecoderModel && bits.flag()) bits.skip(std::size_t{2} * delayBits + 1);
        if (hasDisplayDelay && bits.flag()) bits.skip(4);
    }
}

/// Of the sequence header (AV1, 5.5) among `units`, OBUs with their sizes.
std::optional<Size> av1Size(base::ByteSpan units) {
    constexpr unsigned kSequenceHeader = 1;
    BitReader bits(units);
    while (bits.ok() && bits.position() + 16 <= units.size() * 8) {
        bits.skip(1);
        const unsigned type = bits.bits(4);
        const bool hasExtension = bits.flag();
        const bool hasSize = bits.flag();
        bits.skip(hasExtension ? 9 : 1);
        const std::size_t sizeBits = hasSize ? std::size_t{leb128(bits)} * 8 : units.size() * 8 - bits.position();
        if (type != kSequenceHeader) {
            if (sizeBits > units.size() * 8) return std::nullopt;
            bits.skip(sizeBits);
            continue;
        }
        bits.skip(3 + 1);
        if (bits.flag())
            bits.skip(5);
        else
            skipAv1OperatingPoints(bits);
        const unsigned widthBits = bits.bits(4) + 1;
        const unsigned heightBits = bits.bits(4) + 1;
        const Size size{bits.bits(widthBits) + 1, bits.bits(heightBits) + 1};
        return bits.ok() ? std::optional(size) : std::nullopt;
    }
    return std::nullopt;
}

/// AV1 Codec ISO Media File Format Binding, 2.3 and 5.
std::optional<CmafTrack> readAv1(base::ByteSpan record, base::ByteSpan frame) {
    constexpr std::size_t kRecordBytes = 4;
    if (record.size() < kRecordBytes || record[0] != 0x81) return std::nullopt;
    auto size = av1Size(record.subspan(kRecordBytes));
    if (!size) size = av1Size(frame);
    if (!size) return std::nullopt;
    const bool isHighDepth = (record[2] & 0x40U) != 0;
    const bool isTwelve = (record[2] & 0x20U) != 0;
    const unsigned depth = !isHighDepth ? 8 : isTwelve ? 12 : 10;
    return track(Codec::Av1,
                 fmt::format("av01.{}.{:02}{}.{:02}", record[1] >> 5U, record[1] & 0x1FU,
                             (record[2] & 0x80U) != 0 ? 'H' : 'M', depth),
                 "av01", "av1C", {record.begin(), record.end()}, *size);
}

/// VP9's uncompressed header, 6.2, of a keyframe.
std::optional<Size> vp9Size(base::ByteSpan frame) {
    BitReader bits(frame);
    if (bits.bits(2) != 2) return std::nullopt;
    const unsigned profileLow = bits.bits(1);
    const unsigned profile = profileLow + 2 * bits.bits(1);
    if (profile == 3) bits.skip(1);
    if (bits.flag() || bits.flag()) return std::nullopt; // shows another frame, or is no keyframe
    bits.skip(2);
    if (bits.bits(24) != 0x498342) return std::nullopt;
    if (profile >= 2) bits.skip(1);
    constexpr unsigned kRgb = 7;
    if (bits.bits(3) != kRgb)
        bits.skip(profile % 2 == 1 ? 1 + 3 : 1);
    else if (profile % 2 == 1)
        bits.skip(1);
    const Size size{bits.bits(16) + 1, bits.bits(16) + 1};
    return bits.ok() ? std::optional(size) : std::nullopt;
}

/// VP Codec ISO Media File Format Binding. The record comes with its version and flags, or without.
std::optional<CmafTrack> readVp9(base::ByteSpan record, base::ByteSpan frame) {
    constexpr std::size_t kRecordBytes = 8;
    constexpr std::size_t kHeaderBytes = 4;
    const bool hasHeader = record.size() >= kRecordBytes + kHeaderBytes && record[0] == 1 && record[1] == 0 &&
                           record[2] == 0 && record[3] == 0;
    if (hasHeader) record = record.subspan(kHeaderBytes);
    const auto size = vp9Size(frame);
    if (record.size() < kRecordBytes || !size) return std::nullopt;
    base::Bytes config{1, 0, 0, 0};
    config.insert(config.end(), record.begin(), record.end());
    return track(Codec::Vp9, fmt::format("vp09.{:02}.{:02}.{:02}", record[0], record[1], record[2] >> 4U), "vp09",
                 "vpcC", std::move(config), *size);
}

} // namespace

std::optional<CmafTrack> readCmafVideo(Codec codec, base::ByteSpan record, base::ByteSpan frame) {
    switch (codec) {
    case Codec::Avc: return readAvc(record);
    case Codec::Hevc: return readHevc(record);
    case Codec::Av1: return readAv1(record, frame);
    case Codec::Vp9: return readVp9(record, frame);
    default: return std::nullopt;
    }
}

} // namespace hookcast::media
