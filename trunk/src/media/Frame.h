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
    Metadata,    ///< stream metadata (onMetaData); without a body: it is taken back
    Other,       ///< end of sequence, commands to the player, data messages that are not metadata
};

/// How a frame's body is written.
enum class Carriage : std::uint8_t {
    Flv, ///< an FLV tag's body, which RTMP carries as it is; the codec's own bytes begin behind the codec header
    /// A codec that FLV does not know, from RTSP to RTSP: RTP packets, each behind its length in 16 bits; as
    /// CodecConfig, the media section of the publisher's SDP. Formats other than RTP skip it.
    Rtp,
};

/// One unit of a stream: immutable, shared by all outputs.
struct Frame {
    FrameKind kind = FrameKind::Data;
    FrameRole role = FrameRole::Other;
    Carriage carriage = Carriage::Flv;
    /// Of its kind (Enhanced RTMP v2 knows several); of a packet with several, the lowest.
    std::uint8_t track = 0;
    /// Of no use to who takes one track of a kind: track 0 is not in it, or it does not describe its codec.
    bool isExtra = false;
    bool hasMoreTracks = false;   ///< one beside number 0 is in it
    std::int64_t dtsMs = 0;       ///< on the stream's timeline
    std::int64_t publisherMs = 0; ///< as its publisher has it
    base::Bytes body;
};

using FramePtr = std::shared_ptr<const Frame>;

} // namespace hookcast::media
