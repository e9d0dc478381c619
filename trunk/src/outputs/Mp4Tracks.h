#pragma once

#include "hub/WireFormat.h"
#include "media/Codec.h"
#include "media/LibavHandles.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::outputs {

/// Players of Apple's take HEVC with its parameter sets in front, `hvc1`, and not libavformat's `hev1`.
inline constexpr std::uint32_t kHevcTag = MKTAG('h', 'v', 'c', '1');

/// A track of an MP4 file.
struct Mp4Track {
    media::FrameKind kind;
    media::Codec codec;
    media::AvCodecParametersPtr parameters;
};

/// What an MP4 file can carry of a stream: H.264, HEVC, AAC, MP3, Opus, AC-3, E-AC-3.
struct Mp4Tracks {
    std::vector<Mp4Track> tracks; ///< one of each kind at most
    std::string leftOut;          ///< names of the codecs that it cannot carry
};

Mp4Tracks mp4TracksOf(const hub::StreamHeaders& headers);

} // namespace hookcast::outputs
