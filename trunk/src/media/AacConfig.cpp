#include "media/AacConfig.h"

#include "media/AacTables.h"
#include "media/BitReader.h"
#include "media/BitWriter.h"

#include <fmt/format.h>

namespace hookcast::media {

namespace {

// Audio object types (table 1.17).
constexpr std::uint8_t kLtp = 4;
constexpr std::uint8_t kSbr = 5;
constexpr std::uint8_t kScalable = 6;
constexpr std::uint8_t kTwinVq = 7;
constexpr std::uint8_t kErLc = 17;
constexpr std::uint8_t kErLd = 23;
constexpr std::uint8_t kErBsac = 22;
constexpr std::uint8_t kParametricStereo = 29;
constexpr std::uint8_t kEscape = 31;
constexpr std::uint8_t kErEld = 39;

constexpr std::uint32_t kExplicitRate = 15;
constexpr std::uint32_t kSyncSbr = 0x2B7;
constexpr std::uint32_t kSyncParametricStereo = 0x548;

/// Those that go on with a GASpecificConfig (1.6.2.1).
bool isGeneralAudio(std::uint8_t objectType) {
    return (objectType >= 1 && objectType <= kLtp) || objectType == kScalable || objectType == kTwinVq ||
           (objectType >= kErLc && objectType <= kErLd && objectType != 18);
}

std::uint8_t readObjectType(BitReader& reader) {
    const std::uint32_t type = reader.bits(5);
    return static_cast<std::uint8_t>(type == kEscape ? 32 + reader.bits(6) : type);
}

/// 0 for a reserved index.
std::uint32_t readSampleRate(BitReader& reader) {
    const std::uint32_t index = reader.bits(4);
    if (index == kExplicitRate) return reader.bits(24);
    return index < kAacSampleRates.size() ? kAacSampleRates[index] : 0;
}

/// How many channels the elements of a program config element have (4.4.1.1), which is read to its end.
std::uint8_t readProgramConfig(BitReader& reader) {
    reader.skip(4 + 2 + 4);
    const unsigned front = reader.bits(4);
    const unsigned side = reader.bits(4);
    const unsigned back = reader.bits(4);
    const unsigned lfe = reader.bits(2);
    const unsigned associatedData = reader.bits(3);
    const unsigned coupling = reader.bits(4);
    if (reader.flag()) reader.skip(4);
    if (reader.flag()) reader.skip(4);
    if (reader.flag()) reader.skip(3);
    unsigned channels = lfe;
    for (unsigned left = front + side + back; left > 0; --left) {
        channels += reader.flag() ? 2 : 1;
        reader.skip(4);
    }
    reader.skip(std::size_t{lfe + associatedData} * 4 + std::size_t{coupling} * 5);
    reader.alignToByte();
    reader.skip(std::size_t{reader.bits(8)} * 8);
    return static_cast<std::uint8_t>(channels);
}

/// 4.4.1.
void readGeneralAudio(BitReader& reader, AacConfig& config) {
    const bool isShort = reader.flag();
    config.frameSamples = config.objectType == kErLd ? (isShort ? 480 : 512) : (isShort ? 960 : 1024);
    if (reader.flag()) reader.skip(14); // coreCoderDelay
    const bool extended = reader.flag();
    if (config.channelConfiguration == 0) config.channels = readProgramConfig(reader);
    if (config.objectType == kScalable || config.objectType == 20) reader.skip(3);
    if (!extended) return;
    if (config.objectType == kErBsac) reader.skip(5 + 11);
    if (config.objectType == kErLc || config.objectType == 19 || config.objectType == 20 ||
        config.objectType == kErLd) {
        reader.skip(3);
    }
    reader.skip(1);
}

/// SBR signalled behind a configuration that old decoders read to its end and no further.
void readSyncExtension(BitReader& reader, AacConfig& config) {
    if (reader.bits(11) != kSyncSbr || readObjectType(reader) != kSbr || !reader.flag()) return;
    const std::uint32_t rate = readSampleRate(reader);
    if (!reader.ok() || rate == 0) return;
    config.sbr = true;
    config.outputSampleRate = rate;
    const bool hasParametricStereo = reader.bits(11) == kSyncParametricStereo && reader.flag();
    config.parametricStereo = reader.ok() && hasParametricStereo;
}

} // namespace

base::Result<AacConfig> AacConfig::read(base::ByteSpan bytes) {
    BitReader reader(bytes);
    base::Result<AacConfig> read = readCore(reader);
    if (!reader.ok()) return base::Error{fmt::format("an AudioSpecificConfig cut short at {} bytes", bytes.size())};
    if (!read) return read;
    AacConfig config = read.take();
    if (!config.sbr && config.objectType <= kLtp) readSyncExtension(reader, config);
    return config;
}

base::Result<AacConfig> AacConfig::readCore(BitReader& reader) {
    AacConfig config;
    config.objectType = readObjectType(reader);
    config.sampleRate = readSampleRate(reader);
    config.channelConfiguration = static_cast<std::uint8_t>(reader.bits(4));
    config.channels = kAacChannels[config.channelConfiguration];
    config.outputSampleRate = config.sampleRate;
    if (config.objectType == kSbr || config.objectType == kParametricStereo) {
        config.sbr = true;
        config.parametricStereo = config.objectType == kParametricStereo;
        config.outputSampleRate = readSampleRate(reader);
        config.objectType = readObjectType(reader);
        if (config.objectType == kErBsac) reader.skip(4);
    }
    if (isGeneralAudio(config.objectType)) {
        readGeneralAudio(reader, config);
    } else if (config.objectType == kErEld) {
        config.frameSamples = reader.flag() ? 480 : 512;
    }
    if (!reader.ok()) return base::Error{"an AudioSpecificConfig cut short"};
    if (config.objectType == 0 || config.sampleRate == 0 || config.outputSampleRate == 0) {
        return base::Error{
            fmt::format("an AudioSpecificConfig of object type {} at {} Hz", config.objectType, config.sampleRate)};
    }
    return config;
}

base::Result<base::Bytes> AacConfig::write() const {
    if (objectType == 0 || objectType > kLtp || channelConfiguration == 0 || channelConfiguration > 15 ||
        (frameSamples != 1024 && frameSamples != 960)) {
        return base::Error{fmt::format("no AudioSpecificConfig is written for object type {}, channel configuration "
                                       "{} and frames of {} samples",
                                       objectType, channelConfiguration, frameSamples)};
    }
    base::Bytes bytes;
    BitWriter writer(bytes);
    const auto writeRate = [&writer](std::uint32_t rate) {
        const auto index = aacSampleRateIndex(rate);
        writer.bits(index.value_or(kExplicitRate), 4);
        if (!index) writer.bits(rate, 24);
    };
    writer.bits(parametricStereo ? kParametricStereo : sbr ? kSbr : objectType, 5);
    writeRate(sampleRate);
    writer.bits(channelConfiguration, 4);
    if (sbr) {
        writeRate(outputSampleRate);
        writer.bits(objectType, 5);
    }
    writer.bits(frameSamples == 960 ? 1 : 0, 1);
    writer.bits(0, 1); // dependsOnCoreCoder
    writer.bits(0, 1); // extensionFlag
    return bytes;
}

} // namespace hookcast::media
