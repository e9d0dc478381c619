#include "hub/MoreTracks.h"

#include "media/EnhancedTag.h"

#include <algorithm>

namespace hookcast::hub {

bool MoreTracks::note(const media::Frame& frame) {
    const bool isSound = frame.kind == media::FrameKind::Audio && frame.role == media::FrameRole::Media;
    if (!frame.hasMoreTracks || (frame.role != media::FrameRole::CodecConfig && !isSound)) return false;
    if (media::isLayout(frame)) return false;
    const std::size_t before = tracks_.size();
    for (const std::uint8_t number : media::tracksOf(frame)) {
        if (number == 0 || tracks_.size() >= most_ || find(frame.kind, number)) continue;
        tracks_.push_back({frame.kind, number});
    }
    return tracks_.size() > before;
}

std::optional<std::size_t> MoreTracks::find(media::FrameKind kind, std::uint8_t number) const {
    const auto found = std::ranges::find(tracks_, Track{kind, number});
    if (found == tracks_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - tracks_.begin());
}

} // namespace hookcast::hub
