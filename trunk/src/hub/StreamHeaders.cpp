#include "hub/StreamHeaders.h"

#include "media/EnhancedTag.h"

#include <algorithm>

namespace hookcast::hub {

bool StreamHeaders::note(const media::FramePtr& header) {
    if (header->role == media::FrameRole::Metadata) {
        if (metadata != nullptr && metadata->body == header->body) return false;
        metadata = header->body.empty() ? nullptr : header;
        return true;
    }
    const bool isLayout = media::isLayout(*header);
    bool changes = noteMore(header);
    for (const std::uint8_t track : media::tracksOf(*header)) {
        const media::FramePtr* known = find(header->kind, track, isLayout);
        if (known != nullptr && *known != nullptr && (*known)->body == header->body) continue;
        put(header, track, isLayout);
        changes = true;
    }
    return changes;
}

bool StreamHeaders::noteMore(const media::FramePtr& frame) {
    if (!more.note(*frame)) return false;
    moreSamples.resize(more.all().size(), frame->role == media::FrameRole::CodecConfig ? nullptr : frame);
    return true;
}

media::FramePtr StreamHeaders::tellsOf(std::size_t place) const {
    const MoreTracks::Track& track = more.all()[place];
    const media::FramePtr* config = find(track.kind, track.number, false);
    return config != nullptr ? *config : moreSamples[place];
}

bool StreamHeaders::hasConfigLike(const media::Frame& config) const {
    const bool isLayout = media::isLayout(config);
    const std::vector<std::uint8_t> tracks = media::tracksOf(config);
    return std::ranges::any_of(tracks, [&](std::uint8_t track) {
        const media::FramePtr* known = find(config.kind, track, isLayout);
        return known != nullptr && *known != nullptr;
    });
}

const media::FramePtr* StreamHeaders::find(media::FrameKind kind, std::uint8_t track, bool isLayout) const {
    if (track == 0 && !isLayout) return kind == media::FrameKind::Video ? &videoConfig : &audioConfig;
    const auto found = std::ranges::find_if(extras, [&](const Extra& extra) {
        return extra.kind == kind && extra.track == track && extra.isLayout == isLayout;
    });
    return found == extras.end() ? nullptr : &found->frame;
}

void StreamHeaders::put(const media::FramePtr& config, std::uint8_t track, bool isLayout) {
    if (track == 0 && !isLayout) {
        (config->kind == media::FrameKind::Video ? videoConfig : audioConfig) = config;
        return;
    }
    std::erase_if(extras, [&](const Extra& extra) {
        return extra.kind == config->kind && extra.track == track && extra.isLayout == isLayout;
    });
    if (extras.size() < mostExtras_) extras.push_back({config->kind, track, isLayout, config});
}

std::vector<media::FramePtr> StreamHeaders::inOrder() const {
    std::vector<media::FramePtr> frames;
    const auto add = [&frames](const media::FramePtr& frame) {
        if (frame != nullptr && std::ranges::find(frames, frame) == frames.end()) frames.push_back(frame);
    };
    add(metadata);
    // What an extra track shares with an older configuration of track 0 must not come behind the newer one.
    for (const Extra& extra : extras)
        if (!extra.frame->isExtra && extra.frame != videoConfig && extra.frame != audioConfig) add(extra.frame);
    add(videoConfig);
    add(audioConfig);
    for (const Extra& extra : extras) add(extra.frame);
    return frames;
}

} // namespace hookcast::hub
