#include "hls/TsPacker.h"

#include <utility>

namespace hookcast::hls {

TsPacker::TsPacker(const PackedTracks& tracks) {
    for (const PackedTrack& track : {tracks.video, tracks.audio})
        for (const media::FramePtr& frame : {track.config, track.sample})
            if (frame != nullptr) muxer_.learn(*frame);
}

void TsPacker::add(const MediaFrame& frame) {
    const base::ByteSpan packets = muxer_.write(*frame.frame, frame.timeMs);
    packets_.insert(packets_.end(), packets.begin(), packets.end());
}

base::Bytes TsPacker::take(std::int64_t /*endMs*/) {
    base::Bytes taken = std::move(packets_);
    packets_ = {};
    packets_.reserve(taken.size()); // the next segment is about as large
    return taken;
}

} // namespace hookcast::hls
