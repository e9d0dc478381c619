#pragma once

#include "base/Bytes.h"
#include "hls/Segment.h"
#include "media/Codec.h"
#include "media/Frame.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hls {

/// A frame that goes into a segment.
struct MediaFrame {
    media::FramePtr frame;
    media::Codec codec = media::Codec::None;
    bool isVideo = false;
    bool isKeyframe = false; ///< of sound, each is
    std::int32_t ctsMs = 0;
    base::ByteSpan payload;  ///< the codec's own bytes, within the frame
    std::int64_t timeMs = 0; ///< decode time, in the segments
};

/// What tells of a track: a frame, and its codec's configuration, where it has one.
struct PackedTrack {
    media::FramePtr config;
    media::FramePtr sample; ///< null: there is no such track
};

/// What a stream's segments are made of.
struct PackedTracks {
    PackedTrack video;
    PackedTrack audio;

    bool empty() const { return video.sample == nullptr && audio.sample == nullptr; }
};

/// Writes a stream's frames in one container, for as long as nothing changes in what it consists of. Belongs to one
/// loop.
class Packer {
  public:
    virtual ~Packer() = default;

    /// Whether segments of `container` can hold `codec`.
    static bool carries(Container container, media::Codec codec);

    /// A segment begins: players may begin with what comes next.
    virtual void beginSegment() = 0;

    virtual void add(const MediaFrame& frame) = 0;

    /// All that was added since the last time; `endMs` is when the next frame is decoded.
    virtual base::Bytes take(std::int64_t endMs) = 0;

    /// Of what take() would give.
    virtual std::size_t sizeBytes() const = 0;

    /// What players need before the segments; empty where they need nothing.
    virtual base::Bytes init() const { return {}; }
};

/// Whether a packer could be made for it: its codec is carried, and its configuration makes sense.
bool isReadable(Container container, const PackedTrack& track);

/// Null where something in `tracks` is not readable.
std::unique_ptr<Packer> makePacker(Container container, const PackedTracks& tracks);

/// What a master playlist says of a stream.
struct Description {
    std::string codecs; ///< RFC 6381; empty: not known
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

Description describe(const PackedTracks& tracks);

/// What a codec configuration, or a frame, has of track 0; none for what is neither.
std::optional<MediaFrame> readMedia(const media::FramePtr& frame);

} // namespace hookcast::hls
