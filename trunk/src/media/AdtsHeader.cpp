#include "media/AdtsHeader.h"

#include "media/AacTables.h"
#include "media/BitReader.h"

#include <fmt/format.h>

namespace hookcast::media {

namespace {

constexpr std::uint32_t kSyncWord = 0xFFF;
constexpr std::size_t kCrcBytes = 2;
constexpr std::size_t kMaxFrameBytes = 0x1FFF;

} // namespace

base::Result<AdtsHeader> AdtsHeader::read(base::ByteSpan bytes) {
    BitReader reader(bytes);
    AdtsHeader header;
    const std::uint32_t sync = reader.bits(12);
    reader.skip(1); // MPEG-2 or MPEG-4
    const std::uint32_t layer = reader.bits(2);
    if (!reader.flag()) header.headerBytes += kCrcBytes;
    header.objectType = static_cast<std::uint8_t>(reader.bits(2) + 1);
    const std::uint32_t rateIndex = reader.bits(4);
    reader.skip(1);
    header.channelConfiguration = static_cast<std::uint8_t>(reader.bits(3));
    reader.skip(4);
    header.frameBytes = reader.bits(13);
    reader.skip(11 + 2); // buffer fullness, raw data blocks
    if (!reader.ok()) return base::Error{fmt::format("an ADTS header cut short at {} bytes", bytes.size())};
    if (sync != kSyncWord || layer != 0) return base::Error{"no ADTS header"};
    if (rateIndex >= kAacSampleRates.size()) return base::Error{fmt::format("ADTS sample rate index {}", rateIndex)};
    if (header.frameBytes < header.headerBytes) {
        return base::Error{fmt::format("an ADTS frame of {} bytes", header.frameBytes)};
    }
    header.sampleRate = kAacSampleRates[rateIndex];
    return header;
}

base::Result<std::array<std::uint8_t, AdtsHeader::kSizeBytes>> AdtsHeader::write(const AacConfig& config,
                                                                                 std::size_t payloadBytes) {
    const auto rateIndex = aacSampleRateIndex(config.sampleRate);
    if (!rateIndex || config.objectType < 1 || config.objectType > 4 || config.channelConfiguration > 7 ||
        payloadBytes > kMaxFrameBytes - kSizeBytes) {
        return base::Error{
            fmt::format("ADTS cannot carry object type {} at {} Hz, channel configuration {}, in a frame of {} bytes",
                        config.objectType, config.sampleRate, config.channelConfiguration, payloadBytes)};
    }
    const auto frameBytes = static_cast<unsigned>(payloadBytes + kSizeBytes);
    const auto byte = [](unsigned value) { return static_cast<std::uint8_t>(value); };
    const unsigned profile = config.objectType - 1U;
    const unsigned channels = config.channelConfiguration;
    // Without CRC; a buffer fullness of all ones means a variable bit rate; one raw data block.
    return std::array<std::uint8_t, kSizeBytes>{0xFF,
                                                0xF1,
                                                byte(profile << 6U | *rateIndex * 4U | channels >> 2U),
                                                byte((channels & 3U) << 6U | frameBytes >> 11U),
                                                byte(frameBytes >> 3U),
                                                byte((frameBytes & 7U) << 5U | 0x1FU),
                                                0xFC};
}

} // namespace hookcast::media
