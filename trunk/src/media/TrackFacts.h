#pragma once

#include "media/Codec.h"
#include "media/Frame.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::media {

/// What a stream's picture is, for people. Empty and 0: the configuration does not tell.
struct VideoFacts {
    Codec codec = Codec::None;
    std::string profile; ///< `High`
    std::string level;   ///< `3.1`
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

struct AudioFacts {
    Codec codec = Codec::None;
    std::uint32_t sampleRate = 0;
    std::uint32_t channels = 0;
    std::string profile; ///< `LC`
};

/// Of a codec configuration; none for one that cannot be read.
std::optional<VideoFacts> videoFacts(const Frame& config);

/// Likewise, or of a frame of a codec that has no configuration.
std::optional<AudioFacts> audioFacts(const Frame& configOrFrame);

} // namespace hookcast::media
