#pragma once

#include "base/Bytes.h"
#include "media/Codec.h"
#include "media/Frame.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::media {

/// A track as fragmented MP4 has it (ISO/IEC 14496-12; CMAF, ISO/IEC 23000-19): what its sample entry says, and what
/// playlists and manifests say of its codec. Immutable.
struct CmafTrack {
    Codec codec = Codec::None;
    bool isVideo = false;
    std::uint32_t timescale = 90000; ///< ticks in a second; of sound its sample rate
    std::string codecs;              ///< RFC 6381
    std::string entryType;           ///< of the sample entry: `avc1`
    std::string configType;          ///< of the box in it: `avcC`
    base::Bytes config;              ///< what is in that
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t channels = 0;
    std::uint32_t frameSamples = 0; ///< of each frame, in ticks; 0: they tell themselves (frameTicks())

    /// Of its sound: how long a frame is, in ticks; 0: not known.
    std::uint32_t frameTicks(base::ByteSpan payload) const;

    bool operator==(const CmafTrack&) const = default;
};

/// Whether fragmented MP4 carries it: H.264, HEVC, AV1, VP9; AAC, Opus, MP3, AC-3, E-AC-3.
bool cmafCarries(Codec codec);

/// The track of frames like `sample`, whose codec configuration is `config`. VP9 wants a keyframe, for its size; MP3,
/// AC-3 and E-AC-3 have no configuration, which may be null then, as it may for Opus. None where they cannot be read,
/// or do not go together.
std::optional<CmafTrack> readCmafTrack(const Frame* config, const Frame& sample);

} // namespace hookcast::media
