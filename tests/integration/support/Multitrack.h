#pragma once

#include "base/Bytes.h"
#include "rtmp/Message.h"

#include <cstdint>
#include <vector>

namespace hookcast::integration {

// Enhanced RTMP v2: messages of further tracks of picture and sound, made of such in the classic form (H.264 and AAC).

/// What a message in the classic form holds, as Enhanced RTMP has it behind the FourCC.
base::Bytes contentOf(const rtmp::Message& plain);

/// The same picture or sound, or `content`, as that of one track.
rtmp::Message onTrack(const rtmp::Message& plain, std::uint8_t track, base::Bytes content = {});

/// One packet with several tracks, all of one codec or with a codec each.
rtmp::Message onTracks(const rtmp::Message& plain, const std::vector<std::uint8_t>& tracks, bool manyCodecs);

/// The headers and first group of pictures of h264AacClip().
std::vector<rtmp::Message> multitrackClip();

/// As OBS sends it: each message of that, and then the same once more on a further track; 0: not of that kind.
/// Keyframes of the further track lie elsewhere.
std::vector<rtmp::Message> withSecondTracks(std::uint8_t video, std::uint8_t audio);

/// Whether it is a codec's configuration.
bool isHeader(const rtmp::Message& message);

} // namespace hookcast::integration
