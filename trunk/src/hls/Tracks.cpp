#include "hls/Tracks.h"

#include "media/EnhancedTag.h"
#include "media/FlvBody.h"

#include <algorithm>

namespace hookcast::hls {

namespace {

bool needsConfig(media::Codec codec) {
    switch (codec) {
    case media::Codec::Avc:
    case media::Codec::Hevc:
    case media::Codec::Av1:
    case media::Codec::Vp9:
    case media::Codec::Aac: return true;
    default: return false;
    }
}

} // namespace

bool Tracks::takes(media::FrameKind kind) const {
    if (kind == media::FrameKind::Data) return false;
    return kind == media::FrameKind::Video ? terms_.takesVideo : terms_.takesAudio;
}

bool Tracks::noteConfig(const media::FramePtr& config) {
    Track& track = tracks_[placeOf(config->kind)];
    const media::FramePtr& known = track.newest.config;
    if (media::isLayout(*config) || (known != nullptr && known->body == config->body)) return false;
    track.newest.config = config;
    track.isBroken = false;
    track.isStale = true;
    return true;
}

void Tracks::noteFrame(const MediaFrame& frame) {
    Track& track = tracks_[placeOf(frame.frame->kind)];
    if (frame.isKeyframe || track.newest.sample == nullptr || track.codec != frame.codec)
        track.newest.sample = frame.frame;
    track.latestDtsMs = frame.frame->dtsMs;
    track.steps.note(frame.frame->dtsMs);
    latestDtsMs_ = std::max(latestDtsMs_, frame.frame->dtsMs);
    if (track.isPacked && track.codec == frame.codec) return;
    track.isBroken = track.isBroken && track.codec == frame.codec;
    track.codec = frame.codec;
    track.isStale = true;
}

bool Tracks::areKnown() const {
    const auto isMissing = [this](media::FrameKind kind, media::Codec announced) {
        const PackedTrack& newest = tracks_[placeOf(kind)].newest;
        const bool isExpected = announced != media::Codec::None || newest.config != nullptr;
        return takes(kind) && isExpected && newest.sample == nullptr;
    };
    const auto isHere = [this](media::FrameKind kind) {
        return !takes(kind) || tracks_[placeOf(kind)].newest.sample != nullptr;
    };
    if (isMissing(media::FrameKind::Video, announced_.video) || isMissing(media::FrameKind::Audio, announced_.audio))
        return false;
    const bool areAnnounced = announced_.video != media::Codec::None || announced_.audio != media::Codec::None;
    return areAnnounced || (isHere(media::FrameKind::Video) && isHere(media::FrameKind::Audio));
}

bool Tracks::wantRun() const {
    return std::ranges::any_of(tracks_, [this](const Track& track) { return track.isStale && isUsable(track); });
}

bool Tracks::isPacked(media::FrameKind kind) const {
    const Track& track = tracks_[placeOf(kind)];
    return track.isPacked && !track.isStale;
}

bool Tracks::isUsable(const Track& track) const {
    const PackedTrack& newest = track.newest;
    if (newest.sample == nullptr || track.isBroken || isGone(track)) return false;
    if (!Packer::carries(terms_.container, track.codec)) return false;
    return !needsConfig(track.codec) || (newest.config != nullptr && codecOf(*newest.config) == track.codec);
}

bool Tracks::isGone(const Track& track) const {
    return latestDtsMs_ - track.latestDtsMs > kGoneMs;
}

PackedTracks Tracks::choose(std::string& leftOut) {
    PackedTracks chosen;
    for (Track& track : tracks_) {
        track.isPacked = false;
        track.isStale = false;
        if (track.newest.sample == nullptr || isGone(track)) continue;
        PackedTrack packed = track.newest;
        if (packed.config != nullptr && codecOf(*packed.config) != track.codec) packed.config = nullptr;
        track.isBroken = isUsable(track) && !isReadable(terms_.container, packed);
        if (isUsable(track)) {
            track.isPacked = true;
            (&track == tracks_.data() ? chosen.video : chosen.audio) = packed;
            continue;
        }
        if (!leftOut.empty()) leftOut += " and ";
        leftOut += reasonAgainst(track);
    }
    return chosen;
}

std::string Tracks::reasonAgainst(const Track& track) const {
    const std::string name(media::nameOf(track.codec));
    if (Packer::carries(terms_.container, track.codec)) return name + ", whose configuration is not there or broken";
    if (terms_.container == Container::Fmp4) return name + ", which fMP4 does not carry";
    const bool hasOtherWay = Packer::carries(Container::Fmp4, track.codec);
    return name + ", which MPEG-TS does not carry" + (hasOtherWay ? " (fMP4 does: hls_use_fmp4 on)" : "");
}

} // namespace hookcast::hls
