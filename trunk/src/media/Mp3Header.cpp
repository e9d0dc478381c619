#include "media/Mp3Header.h"

#include "media/BitReader.h"

#include <fmt/format.h>

#include <array>

namespace hookcast::media {

namespace {

using Rates = std::array<std::uint16_t, 15>;

// kbit/s by index; 0 is the free format.
constexpr std::array<Rates, 3> kVersion1{{
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
}};
constexpr Rates kVersion2Layer1{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256};
constexpr Rates kVersion2Layers23{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr std::array<std::uint32_t, 3> kSampleRates{44100, 48000, 32000};

enum Version : std::uint32_t { kMpeg25 = 0, kMpeg2 = 2, kMpeg1 = 3 };

} // namespace

base::Result<Mp3Header> Mp3Header::read(base::ByteSpan frame) {
    BitReader reader(frame);
    const std::uint32_t sync = reader.bits(11);
    const std::uint32_t version = reader.bits(2);
    const std::uint32_t layerCode = reader.bits(2);
    reader.skip(1);
    const std::uint32_t bitRateIndex = reader.bits(4);
    const std::uint32_t sampleRateIndex = reader.bits(2);
    const std::uint32_t padding = reader.bits(1);
    reader.skip(1);
    const std::uint32_t mode = reader.bits(2);
    reader.skip(6);
    if (!reader.ok() || sync != 0x7FF || version == 1 || layerCode == 0 || bitRateIndex == 15 || sampleRateIndex == 3) {
        return base::Error{"no MPEG audio header"};
    }
    if (bitRateIndex == 0) return base::Error{"an MPEG audio frame in the free format"};

    Mp3Header header;
    header.layer = static_cast<std::uint8_t>(4 - layerCode);
    header.sampleRate = kSampleRates[sampleRateIndex] / (version == kMpeg1 ? 1 : version == kMpeg2 ? 2 : 4);
    header.channels = mode == 3 ? 1 : 2;
    const Rates& rates = version == kMpeg1   ? kVersion1[header.layer - 1U]
                         : header.layer == 1 ? kVersion2Layer1
                                             : kVersion2Layers23;
    const std::uint32_t bitRate = rates[bitRateIndex] * 1000U;
    if (header.layer == 1) {
        header.frameSamples = 384;
        header.frameBytes = (std::size_t{12} * bitRate / header.sampleRate + padding) * 4;
    } else {
        header.frameSamples = header.layer == 3 && version != kMpeg1 ? 576 : 1152;
        header.frameBytes = std::size_t{header.frameSamples} / 8 * bitRate / header.sampleRate + padding;
    }
    return header;
}

} // namespace hookcast::media
