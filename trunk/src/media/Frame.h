#pragma once

#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hookcast::media {

enum class FrameKind : std::uint8_t { Audio, Video, Data };

/// What a frame is to a player that joins or skips.
enum class FrameRole : std::uint8_t {
    Media,       ///< an audio frame, or a video frame that needs earlier ones
    Keyframe,    ///< a video frame that decoding can begin with
    CodecConfig, ///< decoder configuration (AVC/HEVC/AV1 sequence header, AudioSpecificConfig)
    Metadata,    ///< stream metadata (onMetaData)
    Other,       ///< end of sequence, commands to the player, data messages that are not metadata
};

/// One unit of a stream: immutable, shared by all outputs. The body is an FLV tag's body, which RTMP carries as it is;
/// the codec's own bytes begin behind the codec header.
struct Frame {
    FrameKind kind = FrameKind::Data;
    FrameRole role = FrameRole::Other;
    std::int64_t dtsMs = 0;
    base::Bytes flvBody;
};

using FramePtr = std::shared_ptr<const Frame>;

} // namespace hookcast::media
