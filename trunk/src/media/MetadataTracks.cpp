#include "media/MetadataTracks.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hookcast::media {

namespace {

constexpr std::array<std::string_view, 8> kOfAudio = {"hasAudio",      "audiocodecid",    "audiodatarate",
                                                      "stereo",        "audiosamplerate", "audiosamplesize",
                                                      "audiochannels", "audiosize"};
constexpr std::array<std::string_view, 8> kOfVideo = {"hasVideo",  "videocodecid", "videodatarate", "videoframerate",
                                                      "framerate", "width",        "height",        "videosize"};

/// How long an AMF0 value is, type included; none for one that holds others, or is cut short.
std::optional<std::size_t> valueBytes(base::ByteSpan bytes) {
    base::ByteReader reader(bytes);
    switch (reader.u8()) {
    case 0: reader.u64(); break;               // number
    case 1: reader.u8(); break;                // boolean
    case 2: reader.bytes(reader.u16()); break; // string
    case 5:
    case 6: break; // null, undefined
    default: return std::nullopt;
    }
    if (!reader.ok()) return std::nullopt;
    return reader.position();
}

void erase(base::Bytes& metadata, std::string_view key) {
    base::Bytes wanted;
    base::ByteWriter writer(wanted);
    writer.u16(static_cast<std::uint16_t>(key.size()));
    writer.text(key);
    auto from = metadata.begin();
    while (true) {
        from = std::search(from, metadata.end(), wanted.begin(), wanted.end());
        if (from == metadata.end()) return;
        const auto value = from + static_cast<std::ptrdiff_t>(wanted.size());
        const auto bytes = valueBytes({value, metadata.end()});
        from = bytes ? metadata.erase(from, value + static_cast<std::ptrdiff_t>(*bytes)) : value;
    }
}

} // namespace

base::Bytes withoutMissingTracks(base::ByteSpan metadata, const Tracks& there) {
    base::Bytes left(metadata.begin(), metadata.end());
    const auto eraseAll = [&left](std::span<const std::string_view> keys) {
        for (const std::string_view key : keys) erase(left, key);
    };
    if (!there.audio) eraseAll(kOfAudio);
    if (!there.video) eraseAll(kOfVideo);
    return left;
}

} // namespace hookcast::media
