#pragma once

#include <cstdint>
#include <string_view>

namespace hookcast::media {

enum class Codec : std::uint8_t {
    None,
    // video
    Avc,
    Hevc,
    Av1,
    Vp8,
    Vp9,
    // audio
    Aac,
    Opus,
    Mp3,
    G711A,
    G711U,
    Flac,
    Ac3,
    Eac3,
};

/// For logs and the API: `H264`, `AAC`, ...
std::string_view nameOf(Codec codec);

} // namespace hookcast::media
