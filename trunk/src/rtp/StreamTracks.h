#pragma once

#include "base/Result.h"
#include "hub/WireFormat.h"
#include "media/Frame.h"
#include "rtp/SdpWriter.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::rtp {

/// A stream has at most two tracks over RTP. A track keeps its number whether the other one is there or not: it names
/// the track in URLs and is half of its first interleaved channel.
constexpr std::size_t kVideoTrack = 0;
constexpr std::size_t kAudioTrack = 1;
constexpr std::size_t kTracks = 2;

inline std::size_t trackOf(media::FrameKind kind) {
    return kind == media::FrameKind::Video ? kVideoTrack : kAudioTrack;
}

inline media::FrameKind kindOf(std::size_t track) {
    return track == kVideoTrack ? media::FrameKind::Video : media::FrameKind::Audio;
}

/// RTP on this channel, RTCP on the next.
inline std::uint8_t channelOf(std::size_t track) {
    return static_cast<std::uint8_t>(2 * track);
}

/// What a codec configuration, or for codecs without one a frame, makes of its track. An error for a codec that has no
/// RTP payload format here, or a broken configuration.
base::Result<TrackDescription> describeTrack(const media::Frame& frame);

/// The track as the stream's headers have it; none when it has no such track, or none that RTP can carry.
std::optional<TrackDescription> describeTrack(const hub::StreamHeaders& headers, std::size_t track);

} // namespace hookcast::rtp
