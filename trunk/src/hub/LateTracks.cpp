#include "hub/LateTracks.h"

namespace hookcast::hub {

LateTracks::LateTracks(base::Log& log, const PublishedStream& stream)
    : log_(&log), logName_(stream.opening.client->logName()), stream_(stream.key.text()),
      matters_(stream.vhost->rtspEnabled) {}

void LateTracks::note(const StreamHeaders& headers) {
    if (!matters_) return;
    const std::size_t count = headers.more.all().size();
    if (count > known_ && hasBegun_) {
        const MoreTracks::Track& track = headers.more.all().back();
        log_->trace(logName_, "{} track {} of {} comes late: who plays over RTSP already goes without it",
                    track.kind == media::FrameKind::Video ? "video" : "audio", track.number, base::printable(stream_));
        matters_ = false;
    }
    known_ = count;
    hasBegun_ = headers.mediaSinceMs.has_value();
}

} // namespace hookcast::hub
