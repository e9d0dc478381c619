#include "media/CmafSound.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "media/AacConfig.h"
#include "media/BitReader.h"
#include "media/BitWriter.h"
#include "media/Mp3Header.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

namespace hookcast::media {

namespace {

constexpr std::uint32_t kOpusRate = 48000;

CmafTrack track(Codec codec, std::string codecs, std::string entry, std::string configType, base::Bytes config,
                std::uint32_t rate, std::uint32_t channels) {
    CmafTrack made;
    made.codec = codec;
    made.timescale = rate;
    made.codecs = std::move(codecs);
    made.entryType = std::move(entry);
    made.configType = std::move(configType);
    made.config = std::move(config);
    made.channels = channels;
    return made;
}

/// A descriptor of ISO/IEC 14496-1, 8.3.3, with its length in one byte.
void descriptor(base::Bytes& out, std::uint8_t tag, const base::Bytes& content) {
    base::ByteWriter writer(out);
    writer.u8(tag);
    writer.u8(static_cast<std::uint8_t>(content.size()));
    writer.bytes(content);
}

/// The content of an `esds` box (ISO/IEC 14496-14, 5.6.1). Empty where `specificInfo` is too long for it.
base::Bytes elementaryStream(std::uint8_t objectType, base::ByteSpan specificInfo) {
    constexpr std::size_t kLongestInfo = 64;
    if (specificInfo.size() > kLongestInfo) return {};
    base::Bytes decoder;
    base::ByteWriter writer(decoder);
    writer.u8(objectType);
    writer.u8(0x15); // an audio stream
    writer.u24(0);
    writer.u32(0); // bit rates: not known
    writer.u32(0);
    if (!specificInfo.empty()) descriptor(decoder, 5, {specificInfo.begin(), specificInfo.end()});
    base::Bytes stream{0, 0, 0}; // ES_ID and flags
    descriptor(stream, 4, decoder);
    descriptor(stream, 6, {2}); // SLConfig of MP4 files
    base::Bytes content{0, 0, 0, 0};
    descriptor(content, 3, stream);
    return content;
}

std::optional<CmafTrack> readAac(base::ByteSpan record) {
    constexpr unsigned kSbr = 5;
    constexpr unsigned kParametricStereo = 29;
    const auto config = AacConfig::read(record);
    if (!config || config.value().sampleRate == 0 || config.value().channels == 0) return std::nullopt;
    const AacConfig& facts = config.value();
    const unsigned type = facts.parametricStereo ? kParametricStereo : facts.sbr ? kSbr : facts.objectType;
    base::Bytes stream = elementaryStream(0x40, record);
    if (stream.empty()) return std::nullopt;
    CmafTrack made = track(Codec::Aac, fmt::format("mp4a.40.{}", type), "mp4a", "esds", std::move(stream),
                           facts.sampleRate, facts.channels);
    made.frameSamples = facts.frameSamples;
    return made;
}

/// Encapsulation of Opus in ISOBMFF, 4.3.2, from an OpusHead (RFC 7845, 5.1), whose numbers are little-endian. Without
/// one it is stereo.
std::optional<CmafTrack> readOpus(base::ByteSpan head) {
    constexpr std::size_t kHeadBytes = 19;
    std::uint8_t channels = 2;
    base::Bytes config{0, channels, 0, 0, 0, 0, 0xBB, 0x80, 0, 0, 0};
    if (!head.empty()) {
        if (head.size() < kHeadBytes || head[9] == 0) return std::nullopt;
        channels = head[9];
        config = {0,        channels, head[11], head[10], head[15], head[14],
                  head[13], head[12], head[17], head[16], head[18]};
        const std::size_t mapping = head[18] == 0 ? 0 : 2U + channels;
        if (head.size() < kHeadBytes + mapping) return std::nullopt;
        const base::ByteSpan table = head.subspan(kHeadBytes, mapping);
        config.insert(config.end(), table.begin(), table.end());
    }
    return track(Codec::Opus, "opus", "Opus", "dOps", std::move(config), kOpusRate, channels);
}

std::optional<CmafTrack> readMp3(base::ByteSpan frame) {
    const auto header = Mp3Header::read(frame);
    if (!header) return std::nullopt;
    // ISO/IEC 14496-1, table 5: MPEG-1 audio, and MPEG-2 audio with its lower rates.
    constexpr std::uint32_t kLowestMpeg1Rate = 32000;
    const std::uint8_t objectType = header.value().sampleRate >= kLowestMpeg1Rate ? 0x6B : 0x69;
    CmafTrack made = track(Codec::Mp3, "mp4a.40.34", "mp4a", "esds", elementaryStream(objectType, {}),
                           header.value().sampleRate, header.value().channels);
    made.frameSamples = header.value().frameSamples;
    return made;
}

constexpr std::array<std::uint32_t, 3> kAc3Rates = {48000, 44100, 32000};
constexpr std::array<std::uint32_t, 8> kAc3Channels = {2, 1, 2, 3, 3, 4, 4, 5}; ///< by acmod, without LFE
constexpr std::uint32_t kAc3Samples = 1536;
constexpr unsigned kAc3SyncWord = 0x0B77;

/// ETSI TS 102 366, 4.4.1 and F.4.
std::optional<CmafTrack> readAc3(base::ByteSpan frame) {
    BitReader bits(frame);
    const bool isSynced = bits.bits(16) == kAc3SyncWord;
    bits.skip(16); // crc1
    const unsigned rate = bits.bits(2);
    const unsigned size = bits.bits(6);
    const unsigned id = bits.bits(5);
    const unsigned mode = bits.bits(3);
    const unsigned channelMode = bits.bits(3);
    if ((channelMode & 1U) != 0 && channelMode != 1) bits.skip(2); // cmixlev
    if ((channelMode & 4U) != 0) bits.skip(2);                     // surmixlev
    if (channelMode == 2) bits.skip(2);                            // dsurmod
    const unsigned lfe = bits.bits(1);
    if (!isSynced || !bits.ok() || rate >= kAc3Rates.size() || id > 10) return std::nullopt;
    base::Bytes box;
    BitWriter config(box);
    config.bits(rate, 2);
    config.bits(id, 5);
    config.bits(mode, 3);
    config.bits(channelMode, 3);
    config.bits(lfe, 1);
    config.bits(size / 2, 5);
    config.bits(0, 5);
    CmafTrack made = track(Codec::Ac3, "ac-3", "ac-3", "dac3", std::move(box), kAc3Rates.at(rate),
                           kAc3Channels.at(channelMode) + lfe);
    made.frameSamples = kAc3Samples;
    return made;
}

/// What the first bits of a frame of E-AC-3 say (ETSI TS 102 366, E.1.2).
struct Eac3Header {
    std::uint32_t frameBytes = 0;
    std::uint32_t rate = 0;
    unsigned rateCode = 0;
    unsigned blocks = 0;
    unsigned channelMode = 0;
    unsigned lfe = 0;
    unsigned id = 0;
};

std::optional<Eac3Header> readEac3Header(base::ByteSpan frame) {
    static constexpr std::array<unsigned, 4> kBlocks = {1, 2, 3, 6};
    BitReader bits(frame);
    if (bits.bits(16) != kAc3SyncWord) return std::nullopt;
    bits.skip(2 + 3); // kind and number of the substream
    Eac3Header header;
    header.frameBytes = (bits.bits(11) + 1) * 2;
    header.rateCode = bits.bits(2);
    const unsigned code = bits.bits(2);
    const bool isHalfRate = header.rateCode == kAc3Rates.size();
    if (isHalfRate && code >= kAc3Rates.size()) return std::nullopt;
    header.rate = isHalfRate ? kAc3Rates.at(code) / 2 : kAc3Rates.at(header.rateCode);
    header.blocks = isHalfRate ? 6 : kBlocks.at(code);
    header.channelMode = bits.bits(3);
    header.lfe = bits.bits(1);
    header.id = bits.bits(5);
    if (!bits.ok()) return std::nullopt;
    return header;
}

constexpr std::uint32_t kSamplesPerBlock = 256;

/// ETSI TS 102 366, F.6: one independent substream.
std::optional<CmafTrack> readEac3(base::ByteSpan frame) {
    const auto header = readEac3Header(frame);
    if (!header) return std::nullopt;
    const std::uint32_t samples = header->blocks * kSamplesPerBlock;
    const std::uint32_t kbps = header->frameBytes * 8 * (header->rate / 1000) / samples;
    base::Bytes box;
    BitWriter config(box);
    config.bits(kbps & 0x1FFFU, 13);
    config.bits(0, 3);
    config.bits(header->rateCode, 2);
    config.bits(header->id, 5);
    config.bits(0, 1 + 1 + 3);
    config.bits(header->channelMode, 3);
    config.bits(header->lfe, 1);
    config.bits(0, 3 + 4 + 1);
    CmafTrack made = track(Codec::Eac3, "ec-3", "ec-3", "dec3", std::move(box), header->rate,
                           kAc3Channels.at(header->channelMode) + header->lfe);
    made.frameSamples = samples;
    return made;
}

/// RFC 6716, 3.1.
std::uint32_t opusSamples(base::ByteSpan packet) {
    static constexpr std::array<std::uint32_t, 4> kSilk = {480, 960, 1920, 2880};
    static constexpr std::array<std::uint32_t, 4> kCelt = {120, 240, 480, 960};
    if (packet.empty()) return 0;
    const unsigned config = packet[0] >> 3U;
    const std::uint32_t frame = config < 12   ? kSilk.at(config % 4)
                                : config < 16 ? kSilk.at(config % 2)
                                              : kCelt.at(config % 4);
    const unsigned code = packet[0] & 3U;
    if (code == 0) return frame;
    if (code < 3) return 2 * frame;
    return packet.size() < 2 ? 0 : frame * (packet[1] & 0x3FU);
}

} // namespace

std::optional<CmafTrack> readCmafSound(Codec codec, base::ByteSpan record, base::ByteSpan frame) {
    switch (codec) {
    case Codec::Aac: return readAac(record);
    case Codec::Opus: return readOpus(record);
    case Codec::Mp3: return readMp3(frame);
    case Codec::Ac3: return readAc3(frame);
    case Codec::Eac3: return readEac3(frame);
    default: return std::nullopt;
    }
}

std::uint32_t soundSamples(Codec codec, base::ByteSpan frame) {
    if (codec == Codec::Opus) return opusSamples(frame);
    if (codec == Codec::Ac3) return kAc3Samples;
    if (codec == Codec::Eac3) {
        const auto header = readEac3Header(frame);
        return header ? header->blocks * kSamplesPerBlock : 0;
    }
    if (codec != Codec::Mp3) return 0;
    const auto header = Mp3Header::read(frame);
    return header ? header.value().frameSamples : 0;
}

} // namespace hookcast::media
