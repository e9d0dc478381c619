#include "vod/TsSegment.h"

#include "media/TsMuxer.h"

#include <algorithm>

namespace hookcast::vod {

base::Bytes makeTsSegment(MediaFrames frames, std::int64_t startMs) {
    media::TsMuxer muxer(media::TsMuxer::Begin::AfterDiscontinuity);
    // The tables tell of all that comes, also of sound that has no configuration and begins behind the picture. Of
    // several configurations the first is the one to begin with.
    const auto isSound = [](const media::Frame& frame) { return frame.kind == media::FrameKind::Audio; };
    const auto sound = std::ranges::find_if(frames, isSound);
    if (sound != frames.end()) muxer.learn(*sound);
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
        if (frame->role == media::FrameRole::CodecConfig) muxer.learn(*frame);
    base::Bytes segment;
    for (media::Frame& frame : frames) {
        frame.dtsMs += startMs + kLeadInMs;
        const base::ByteSpan packets = muxer.write(frame);
        segment.insert(segment.end(), packets.begin(), packets.end());
    }
    return segment;
}

} // namespace hookcast::vod
