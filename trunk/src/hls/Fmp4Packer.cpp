#include "hls/Fmp4Packer.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kMsPerS = 1000;

std::int64_t ticks(std::int64_t ms, std::uint32_t timescale) {
    return ms * timescale / kMsPerS;
}

} // namespace

std::unique_ptr<Fmp4Packer> Fmp4Packer::create(const PackedTracks& tracks) {
    std::unique_ptr<Fmp4Packer> packer(new Fmp4Packer);
    for (const PackedTrack& track : {tracks.video, tracks.audio}) {
        if (track.sample == nullptr) continue;
        auto facts = media::readCmafTrack(track.config.get(), *track.sample);
        if (!facts) return nullptr;
        packer->addTrack(std::move(*facts));
    }
    return packer->tracks_.empty() ? nullptr : std::move(packer);
}

void Fmp4Packer::addTrack(media::CmafTrack facts) {
    Track track;
    track.run.trackId = static_cast<std::uint32_t>(tracks_.size() + 1);
    track.run.isVideo = facts.isVideo;
    track.facts = std::move(facts);
    tracks_.push_back(std::move(track));
}

Fmp4Packer::Track* Fmp4Packer::trackOf(bool isVideo) {
    const auto found = std::ranges::find_if(tracks_, [&](const Track& track) { return track.run.isVideo == isVideo; });
    return found == tracks_.end() ? nullptr : &*found;
}

void Fmp4Packer::add(const MediaFrame& frame) {
    Track* const track = trackOf(frame.isVideo);
    if (track == nullptr) return;
    media::CmafSample sample;
    sample.payload = frame.payload;
    sample.dts = dtsOf(*track, frame);
    sample.cts = ticks(frame.ctsMs, track->facts.timescale);
    sample.isSync = frame.isKeyframe;
    if (!frame.isVideo) {
        sample.duration = track->facts.frameTicks(frame.payload);
        if (sample.duration == 0) sample.duration = std::max(track->latestDuration, 1U);
        track->latestDuration = sample.duration;
    }
    track->nextDts = sample.dts + std::max(sample.duration, 1U);
    track->frames.push_back(frame.frame);
    track->run.samples.push_back(sample);
    waitingBytes_ += frame.payload.size();
}

std::int64_t Fmp4Packer::dtsOf(Track& track, const MediaFrame& frame) {
    const std::int64_t dts = ticks(std::max<std::int64_t>(frame.timeMs, 0), track.facts.timescale);
    if (!track.nextDts) return dts;
    const std::int64_t toleranceTicks = std::max<std::int64_t>(track.latestDuration, ticks(1, track.facts.timescale));
    if (!frame.isVideo && std::abs(dts - *track.nextDts) <= toleranceTicks) return *track.nextDts;
    // Times rise, whatever the publisher says. A sound that begins before the one before it is over cuts that one
    // short, else sound would come later and later; one that has been sent has its length.
    const bool cutsShort = !frame.isVideo && !track.run.samples.empty();
    return std::max(dts, cutsShort ? track.run.samples.back().dts + 1 : *track.nextDts);
}

/// A picture lasts until the next one, a sound as long as it says, unless the next one is at another place.
void Fmp4Packer::setDurations(Track& track, std::int64_t endMs) {
    std::vector<media::CmafSample>& samples = track.run.samples;
    for (std::size_t i = 0; i + 1 < samples.size(); ++i)
        samples[i].duration =
            static_cast<std::uint32_t>(std::max<std::int64_t>(samples[i + 1].dts - samples[i].dts, 1));
    if (samples.empty() || !track.run.isVideo) return;
    const std::int64_t untilEnd = ticks(endMs, track.facts.timescale) - samples.back().dts;
    if (untilEnd > 0)
        samples.back().duration = static_cast<std::uint32_t>(untilEnd);
    else
        samples.back().duration = std::max(track.latestDuration, 1U);
    track.latestDuration = samples.back().duration;
}

base::Bytes Fmp4Packer::take(std::int64_t endMs) {
    base::Bytes bytes;
    std::vector<media::CmafRun> runs;
    for (Track& track : tracks_) {
        setDurations(track, endMs);
        runs.push_back(std::move(track.run));
        track.run.samples = {};
    }
    media::writeCmafFragment(++fragments_, runs, bytes);
    for (Track& track : tracks_) track.frames.clear();
    waitingBytes_ = 0;
    return bytes;
}

base::Bytes Fmp4Packer::init() const {
    std::vector<media::CmafTrack> facts;
    for (const Track& track : tracks_) facts.push_back(track.facts);
    return media::writeCmafHeader(facts);
}

} // namespace hookcast::hls
