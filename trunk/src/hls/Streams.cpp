#include "hls/Streams.h"

#include "hls/HeldFrames.h"
#include "hls/SegmentCipher.h"
#include "hls/SegmentNames.h"
#include "hls/Segmenter.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::size_t kBytesPerMb = 1024 * 1024;

SegmentWindow::Limits limitsOf(const config::VhostConfig& vhost) {
    const config::HlsConfig& hls = vhost.hls;
    const std::int64_t manifestMs = vhost.dash.enabled ? vhost.dash.windowSegments * fragmentMsOf(vhost) : 0;
    const std::int64_t listedMs = std::max(hls.windowMs, hls.dvrWindowMs);
    return {std::max(listedMs, manifestMs), std::size_t{hls.memoryMb} * kBytesPerMb, listedMs};
}

SegmentNames::Terms namesOf(const config::VhostConfig& vhost) {
    return {containerOf(vhost), vhost.dvr.timeZone, vhost.hls.tsFloor ? fragmentMsOf(vhost) : 0};
}

bool isSegmented(const config::VhostConfig& vhost) {
    return vhost.hls.enabled || vhost.dash.enabled;
}

/// A playlist gets its end when nobody has published for so many target durations.
constexpr std::int64_t kEndTargetDurations = 3;

} // namespace

void Streams::onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) {
    if (!isSegmented(*stream->vhost)) return;
    auto names = SegmentNames::create(stream->vhost->hls, stream->key, namesOf(*stream->vhost));
    if (!names) {
        log_.warn(stream->opening.client->logName(), "{} has no HLS: {}", base::printable(stream->key.text()),
                  names.error().message);
        return;
    }
    std::shared_ptr<SegmentCipher> cipher;
    if (stream->vhost->hls.keys) {
        cipher = std::make_shared<SegmentCipher>(stream->vhost->hls, stream->key);
        if (const auto good = cipher->check(); !good) {
            log_.warn(stream->opening.client->logName(), "{} has no HLS: {}", base::printable(stream->key.text()),
                      good.error().message);
            return;
        }
    }
    const StreamPtr segmented = findOrCreate(*stream);
    segmented->window().setEnded(false);
    const std::uint64_t number = segmented->beginPublication();
    Segmenter::Surroundings surroundings;
    surroundings.disconnect = [&publication](const std::string& reason) { publication.evict(reason); };
    surroundings.onSegment = [this, segmented] { heedReload(*segmented); };
    surroundings.onEnd = [this, &loop = publication.loop(), segmented, number] { endLater(loop, segmented, number); };
    if (cipher != nullptr) surroundings.seal = [cipher](Segment& segment) { return cipher->seal(segment); };
    const auto makeSegmenter = [&loop = publication.loop(), segmented, stream, number, names = names.take(),
                                surroundings](bool hasEnded) -> std::shared_ptr<Segmenter> {
        // Of the next publication's segments none is to be in between.
        if (hasEnded && !segmented->isNewest(number)) return nullptr;
        Segmenter::Surroundings its = surroundings;
        if (hasEnded) its.disconnect = [](const std::string& /*reason*/) {};
        return std::make_shared<Segmenter>(loop, segmented, stream, names, std::move(its));
    };
    const auto held = std::make_shared<HeldFrames>(publication.loop(), segmented, stream, makeSegmenter);
    const auto onReady = [held](const auto& recovered) { held->release(recovered); };
    SegmentOutputs* const outputs = outputsOf(*stream);
    if (outputs == nullptr || !outputs->begin(segmented, stream, publication, onReady))
        held->release(nullptr);
    else
        held->start();
    publication.addSink(held);
}

void Streams::onUnpublish(const hub::PublishedStreamPtr& stream) {
    if (SegmentOutputs* const outputs = outputsOf(*stream)) outputs->end(stream->key);
}

/// Null: none.
SegmentOutputs* Streams::outputsOf(const hub::PublishedStream& stream) const {
    return stream.fetchedBy.isPull() ? nullptr : outputs_;
}

/// The end of its playlist, and of all that there is of it, unless somebody publishes it before.
void Streams::endLater(net::Loop& loop, const StreamPtr& stream, std::uint64_t publication) {
    const std::weak_ptr<Stream> weak = stream;
    loop.runAfterIfAlive(kEndTargetDurations * stream->window().view()->targetDurationMs, weak,
                         [publication](Stream& alive) {
                             if (alive.isNewest(publication)) alive.window().setEnded(true);
                         });
    const auto vhost = stream->vhost();
    const std::int64_t disposeMs = vhost->hls.enabled ? vhost->hls.disposeMs : vhost->dash.disposeMs;
    if (disposeMs == 0) return;
    loop.runAfterIfAlive(disposeMs, weak, [this, publication](Stream& alive) {
        if (alive.isNewest(publication)) dispose(alive);
    });
}

/// How much is kept and listed is as long as the vhost says now, not when its publisher came.
void Streams::heedReload(Stream& stream) const {
    const auto vhost = config_.get()->findVhost(stream.key().vhost);
    if (vhost != nullptr) stream.window().setLimits(limitsOf(*vhost));
}

void Streams::dispose(Stream& stream) {
    stream.window().setEnded(true);
    stream.window().clear();
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(stream.key());
    if (found != streams_.end() && found->second.get() == &stream) streams_.erase(found);
}

StreamPtr Streams::findOrCreate(const hub::PublishedStream& stream) {
    const SegmentWindow::Limits limits = limitsOf(*stream.vhost);
    const std::lock_guard lock(mutex_);
    StreamPtr& found = streams_[stream.key];
    if (found == nullptr) {
        found = std::make_shared<Stream>(stream.key, stream.vhost, limits);
        found->open(catalogue_, memory_);
    }
    found->setVhost(stream.vhost);
    found->window().setLimits(limits);
    return found;
}

StreamPtr Streams::find(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found == streams_.end() ? nullptr : found->second;
}

std::vector<StreamPtr> Streams::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<StreamPtr> all;
    all.reserve(streams_.size());
    for (const auto& [key, stream] : streams_) all.push_back(stream);
    return all;
}

} // namespace hookcast::hls
