#pragma once

#include "base/Result.h"
#include "hub/WireFormat.h"
#include "media/Frame.h"
#include "rtp/SdpWriter.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::rtp {

/// How RTP numbers a stream's tracks: first those that are number 0 of their kind to the publisher, then the others, by
/// their places in hub::MoreTracks. A track keeps its number whether others are there or not: it is half of its first
/// interleaved channel.
constexpr std::size_t kVideoTrack = 0;
constexpr std::size_t kAudioTrack = 1;
constexpr std::size_t kFirstMoreTrack = 2;

inline std::size_t trackOf(media::FrameKind kind) {
    return kind == media::FrameKind::Video ? kVideoTrack : kAudioTrack;
}

/// RTP on this channel, RTCP on the next.
inline std::uint8_t channelOf(std::size_t track) {
    return static_cast<std::uint8_t>(2 * track);
}

/// The payload type of a track whose codec has none of its own (RFC 3551, 6: 96 to 127 are free).
inline std::uint8_t payloadTypeOf(std::size_t track) {
    return static_cast<std::uint8_t>(96 + track % 32);
}

/// Which track of a publisher's frames.
struct TrackName {
    std::size_t track;   ///< as RTP numbers them
    std::uint8_t number; ///< of its kind, to the publisher
};

/// How many tracks a stream may have by now, all in all; some of them may not have come.
inline std::size_t trackCount(const hub::StreamHeaders& headers) {
    return kFirstMoreTrack + headers.more.all().size();
}

/// The publisher's frame that tells of a track; null while it has not come.
media::FramePtr tellsOf(const hub::StreamHeaders& headers, std::size_t track);

TrackName nameOf(const hub::StreamHeaders& headers, std::size_t track);

/// What a codec configuration, or for codecs without one a frame, makes of its track. An error for a codec that has no
/// RTP payload format here, or a broken configuration.
base::Result<TrackDescription> describeTrack(const media::Frame& frame, const TrackName& name);

} // namespace hookcast::rtp
