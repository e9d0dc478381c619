#include "rtp/LatmConfig.h"

#include "media/AacConfig.h"
#include "media/BitWriter.h"

#include <algorithm>

namespace hookcast::rtp {

namespace {

using media::BitReader;

/// 1.7.3.1: LatmGetValue().
std::uint32_t readValue(BitReader& reader) {
    std::uint32_t value = 0;
    for (std::uint32_t bytes = reader.bits(2) + 1; bytes > 0; --bytes) value = value << 8U | reader.bits(8);
    return value;
}

base::Bytes copyBits(BitReader from, std::size_t count) {
    base::Bytes bytes;
    media::BitWriter writer(bytes);
    for (; count > 0 && from.ok(); --count) writer.bits(from.bits(1), 1);
    return bytes;
}

/// Whether a configuration goes on with SBR's (ISO/IEC 14496-3, 1.6.5.2). No other field begins like that.
bool hasSyncExtension(BitReader reader) {
    constexpr std::uint32_t kSync = 0x2B7;
    return reader.bits(11) == kSync;
}

/// Reads the AudioSpecificConfig; `toldBits`: its length where that is told, else 0. `endBits`: see LatmConfig::read().
base::Result<void> readAudio(BitReader& reader, std::uint32_t toldBits, std::size_t endBits, LatmConfig& config) {
    const BitReader begin = reader;
    const auto audio = media::AacConfig::readCore(reader);
    if (!audio) return audio.error();
    const std::size_t readBits = reader.position() - begin.position();
    // As GStreamer writes it, and nothing behind it.
    if (toldBits == 0 && endBits > reader.position() && hasSyncExtension(reader))
        toldBits = static_cast<std::uint32_t>(endBits - begin.position());
    if (toldBits > 0 && toldBits < readBits) return base::Error{"LATM: a configuration shorter than what is in it"};
    config.audioSpecificConfig = copyBits(begin, std::max<std::size_t>(readBits, toldBits));
    if (toldBits > readBits) reader.skip(toldBits - readBits);
    // What stands behind it is only known to be its own where its length is told.
    const auto whole = toldBits > 0 ? media::AacConfig::read(config.audioSpecificConfig) : audio;
    const media::AacConfig& known = whole ? whole.value() : audio.value();
    config.outputSampleRate = known.outputSampleRate;
    config.frameSamples = known.frameSamples * (known.outputSampleRate > known.sampleRate ? 2 : 1);
    return {};
}

/// Table 1.42, but for CELP and HVXC: 0, the size before each frame; 1, the same for all.
base::Result<void> readFrameLength(BitReader& reader, LatmConfig& config) {
    constexpr std::uint32_t kLeastFixedBytes = 20;
    switch (reader.bits(3)) {
    case 0: reader.skip(8); return {}; // latmBufferFullness
    case 1: config.fixedFrameBytes = reader.bits(9) + kLeastFixedBytes; return {};
    default: return base::Error{"LATM: frames of another kind than AAC's"};
    }
}

std::uint32_t readOtherDataBits(BitReader& reader, bool hasValues) {
    if (hasValues) return readValue(reader);
    std::uint32_t bits = 0;
    bool goesOn = true;
    while (goesOn && reader.ok()) {
        goesOn = reader.flag();
        bits = bits << 8U | reader.bits(8);
    }
    return bits;
}

} // namespace

/// 1.7.3.1: StreamMuxConfig().
base::Result<LatmConfig> LatmConfig::read(BitReader& reader, std::size_t endBits) {
    LatmConfig config;
    const bool hasValues = reader.flag(); // audioMuxVersion
    if (hasValues && reader.flag()) return base::Error{"LATM: a version for the future"};
    if (hasValues) readValue(reader); // taraBufferFullness
    const bool sameTimeFraming = reader.flag();
    config.frames = reader.bits(6) + 1;
    const std::uint32_t programs = reader.bits(4) + 1;
    const std::uint32_t layers = reader.bits(3) + 1;
    if (!sameTimeFraming || programs != 1 || layers != 1) return base::Error{"LATM: several programmes or layers"};
    const std::uint32_t toldBits = hasValues ? readValue(reader) : 0;
    if (const auto audio = readAudio(reader, toldBits, endBits, config); !audio) return audio.error();
    if (const auto length = readFrameLength(reader, config); !length) return length.error();
    if (reader.flag()) config.otherDataBits = readOtherDataBits(reader, hasValues);
    if (reader.flag()) reader.skip(8); // crcCheckSum
    // Some stop behind the audio's configuration; the zeros that are read instead are what everybody sends there.
    return config;
}

base::Result<LatmConfig> LatmConfig::read(base::ByteSpan bytes) {
    BitReader reader(bytes);
    return read(reader, bytes.size() * 8);
}

} // namespace hookcast::rtp
