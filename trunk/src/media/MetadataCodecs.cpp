#include "media/MetadataCodecs.h"

#include "base/ByteReader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace hookcast::media {

namespace {

// Types of AMF0 values.
constexpr std::uint8_t kNumber = 0;
constexpr std::uint8_t kString = 2;

/// A codec by its number in FLV tags or, as Enhanced RTMP has it, by its FourCC as a number.
struct CodecNumber {
    Codec codec;
    std::uint32_t number;    ///< 0: it has none
    std::string_view fourCc; ///< likewise empty
};

constexpr std::array<CodecNumber, 5> kVideoCodecs{{{Codec::Avc, 7, "avc1"},
                                                   {Codec::Hevc, 12, "hvc1"},
                                                   {Codec::Av1, 0, "av01"},
                                                   {Codec::Vp8, 0, "vp08"},
                                                   {Codec::Vp9, 0, "vp09"}}};
constexpr std::array<CodecNumber, 8> kAudioCodecs{{{Codec::Aac, 10, "mp4a"},
                                                   {Codec::Mp3, 2, ".mp3"},
                                                   {Codec::Opus, 13, "Opus"},
                                                   {Codec::G711A, 7, ""},
                                                   {Codec::G711U, 8, ""},
                                                   {Codec::Flac, 0, "fLaC"},
                                                   {Codec::Ac3, 0, "ac-3"},
                                                   {Codec::Eac3, 0, "ec-3"}}};

std::uint32_t asNumber(std::string_view fourCc) {
    std::uint32_t number = 0;
    for (const char letter : fourCc) number = number << 8U | static_cast<std::uint8_t>(letter);
    return number;
}

/// At the value of `key`; at the end where there is none.
base::ByteReader readerAt(base::ByteSpan metadata, std::string_view key) {
    const base::ByteSpan bytes = base::asBytes(key);
    const auto found = std::search(metadata.begin(), metadata.end(), bytes.begin(), bytes.end());
    if (found == metadata.end()) return base::ByteReader({});
    return base::ByteReader(metadata.subspan(static_cast<std::size_t>(found - metadata.begin()) + key.size()));
}

template <typename Codecs>
Codec valueOf(base::ByteSpan metadata, std::string_view key, const Codecs& codecs) {
    base::ByteReader reader = readerAt(metadata, key);
    const std::uint8_t type = reader.u8();
    double number = 0;
    std::string_view text;
    if (type == kNumber) number = reader.f64();
    if (type == kString) text = base::asText(reader.bytes(reader.u16()));
    if (!reader.ok()) return Codec::None;
    for (const CodecNumber& candidate : codecs) {
        const bool hasFourCc = !candidate.fourCc.empty();
        if ((hasFourCc && (text == candidate.fourCc || number == asNumber(candidate.fourCc))) ||
            (candidate.number != 0 && number == candidate.number))
            return candidate.codec;
    }
    return Codec::None;
}

} // namespace

MetadataCodecs readMetadataCodecs(base::ByteSpan metadata) {
    return {valueOf(metadata, "videocodecid", kVideoCodecs), valueOf(metadata, "audiocodecid", kAudioCodecs)};
}

bool asksForAtc(base::ByteSpan metadata) {
    base::ByteReader reader = readerAt(metadata, "bravo_atc");
    return reader.u8() == kString && base::asText(reader.bytes(reader.u16())) == "true" && reader.ok();
}

} // namespace hookcast::media
