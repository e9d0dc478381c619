#include "hls/Output.h"

#include "config/HlsFiles.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::size_t kBytesPerMb = 1024 * 1024;
/// What a segment takes beside its bytes, about.
constexpr std::size_t kStepBytes = 1024;
/// Segments that are only to be told and listed as gaps, while the disk hangs.
constexpr std::size_t kMostSteps = 1000;
constexpr const char* kCannotBeWritten = "its segments cannot be written (hls_on_error disconnect)";

std::size_t bytesOf(const Segment& segment) {
    return kStepBytes + segment.sizeBytes;
}

SegmentPtr withoutBytes(const Segment& segment) {
    auto stub = std::make_shared<Segment>(segment);
    for (Part& part : stub->parts) part.bytes = nullptr;
    stub->sizeBytes = 0;
    return stub;
}

DiskStream::Terms diskTerms(const config::HlsConfig& hls, const hooks::StreamKey& key) {
    DiskStream::Terms terms;
    terms.path = hls.path;
    terms.keyPath = hls.keyFilePath.empty() ? hls.path : hls.keyFilePath;
    terms.playlist = playlistNameOf(hls, key);
    terms.prefix = prefixOf(hls);
    terms.keyUrl = hls.keyUrl;
    terms.windowMs = std::max(hls.windowMs, hls.dvrWindowMs);
    terms.cleansUp = hls.cleanup;
    terms.patterns = {config::distinctPattern(hls.tsFile), config::distinctPattern(hls.fmp4File),
                      config::tellingPattern(hls.initFile), config::distinctPattern(hls.initFile),
                      config::distinctPattern(hls.keyFile)};
    return terms;
}

} // namespace

void Output::begin(hub::PublishedStreamPtr stream, hub::Publication& publication,
                   std::shared_ptr<SegmentTeller> teller) {
    auto publishing = std::make_shared<Publishing>(std::move(stream), publication, std::move(teller));
    const std::lock_guard lock(mutex_);
    publishing_ = std::move(publishing);
}

void Output::end() {
    if (const PublishingPtr publishing = this->publishing()) publishing->publication = nullptr;
}

Output::PublishingPtr Output::publishing() const {
    const std::lock_guard lock(mutex_);
    return publishing_;
}

DiskStream& Output::diskFor(const Publishing& publishing) {
    DiskStream::Terms terms = diskTerms(publishing.hls(), key_);
    if (disk_ == nullptr)
        disk_ = std::make_unique<DiskStream>(key_, context_.owners, std::move(terms));
    else
        disk_->setTerms(std::move(terms));
    return *disk_;
}

bool Output::recover(SegmentOutputs::OnReady onReady) {
    std::unique_lock lock(mutex_);
    if (recovery_ == Recovery::Done) return false;
    waiting_.emplace_back(&publishing_->loop, std::move(onReady));
    if (std::exchange(recovery_, Recovery::UnderWay) == Recovery::UnderWay) return true;
    const PublishingPtr publishing = publishing_;
    lock.unlock();
    context_.disk.post([self = shared_from_this(), publishing] {
        const std::shared_ptr<const RecoveredStream> recovered = self->lookBack(*publishing);
        const std::lock_guard guard(self->mutex_);
        self->recovery_ = Recovery::Done;
        for (auto& [loop, waiting] : std::exchange(self->waiting_, {}))
            loop->post([recovered, onReady = std::move(waiting)] { onReady(recovered); });
    });
    return true;
}

std::shared_ptr<const RecoveredStream> Output::lookBack(const Publishing& publishing) {
    try {
        DiskStream& disk = diskFor(publishing);
        // Of one that does not say whose it is only the name tells.
        const bool isOwn = config::isPlaylistOfOneStream(*context_.config.get(), *publishing.stream->vhost);
        const auto unmarked = isOwn ? DiskStream::Unmarked::IsOwn : DiskStream::Unmarked::IsForeign;
        if (!publishing.hls().recover) {
            disk.forget(unmarked);
            return nullptr;
        }
        auto found = disk.recover(publishing.hls().memoryMb * kBytesPerMb, unmarked);
        if (found && found.value()) return std::make_shared<const RecoveredStream>(std::move(*found.value()));
        if (!found)
            context_.log.warn(publishing.who(), "{} begins anew, as its segments cannot be gone on with: {}",
                              base::printable(key_.text()), base::printable(found.error().message));
    } catch (const std::exception& e) {
        context_.log.error(publishing.who(), "internal error while segments of {} were looked for: {}",
                           base::printable(key_.text()), e.what());
    }
    return nullptr;
}

void Output::onSegment(const SegmentPtr& segment) {
    std::unique_lock lock(mutex_);
    const PublishingPtr publishing = publishing_;
    if (publishing == nullptr) return;
    hasSegments_ = true;
    hasEnded_ = false;
    if (!publishing->writesFiles() && steps_.empty() && !draining_) {
        lock.unlock();
        publishing->teller->tell(*segment, false);
        return;
    }
    const std::size_t mostBytes = context_.config.get()->limits.hlsQueueBytes;
    if (waitingBytes_ + bytesOf(*segment) <= mostBytes) {
        push({Step::Kind::Segment, publishing, segment}, std::move(lock));
        return;
    }
    const bool isListed = steps_.size() < kMostSteps;
    const auto count = leftOutGate_.admit(publishing->loop.clock().monotonicMs());
    if (isListed)
        push({Step::Kind::LeftOut, publishing, withoutBytes(*segment)}, std::move(lock));
    else
        lock.unlock();
    ++context_.segmentsLeftOut;
    if (count)
        context_.log.error(publishing->who(), "{} segments of {} are not written: the disk is behind by hls_queue",
                           *count, base::printable(key_.text()));
    obey(publishing);
}

void Output::onChange(const WindowViewPtr& view) {
    std::unique_lock lock(mutex_);
    targetDurationMs_ = view->targetDurationMs;
    const bool isDisposed = hasSegments_ && view->segments.empty() && view->open == nullptr;
    const bool ends = view->hasEnded && !hasEnded_ && hasSegments_ && !isDisposed;
    hasEnded_ = view->hasEnded;
    if (!view->segments.empty()) hasSegments_ = true;
    if (isDisposed) hasSegments_ = false;
    const PublishingPtr publishing = publishing_;
    if ((!isDisposed && !ends) || publishing == nullptr || !publishing->writesFiles()) return;
    push({isDisposed ? Step::Kind::Disposed : Step::Kind::Ended, publishing, nullptr}, std::move(lock));
}

/// The disk thread does it, in order.
void Output::push(Step step, std::unique_lock<std::mutex> lock) {
    context_.open.begin();
    if (step.segment != nullptr) waitingBytes_ += bytesOf(*step.segment);
    steps_.push_back(std::move(step));
    if (std::exchange(draining_, true)) return;
    lock.unlock();
    context_.disk.post([self = shared_from_this()] { self->drain(); });
}

void Output::drain() {
    for (;;) {
        std::deque<Step> steps;
        {
            const std::lock_guard lock(mutex_);
            steps.swap(steps_);
            draining_ = !steps.empty();
            if (steps.empty()) return;
        }
        std::size_t bytes = 0;
        for (const Step& step : steps)
            if (step.segment != nullptr) bytes += bytesOf(*step.segment);
        work(steps);
        const std::lock_guard lock(mutex_);
        waitingBytes_ -= bytes;
    }
}

/// The playlist is written once for all segments that wait, and backends are told what is in it.
void Output::work(const std::deque<Step>& steps) {
    std::vector<bool> written(steps.size());
    std::size_t told = 0;
    const auto tellUpTo = [&](std::size_t end) {
        for (; told < end; ++told) tell(steps[told].publishing, steps[told].segment, written[told]);
    };
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        // What throws, as the machine has no memory, costs this step.
        try {
            written[i] = take(step);
            const bool isLast =
                i + 1 == steps.size() || steps[i + 1].publishing != step.publishing || steps[i + 1].segment == nullptr;
            if (step.segment == nullptr || !isLast) continue;
            writePlaylist(step.publishing);
        } catch (const std::exception& e) {
            context_.log.error(step.publishing->who(), "internal error while segments of {} were written: {}",
                               base::printable(key_.text()), e.what());
        }
        tellUpTo(i + 1);
    }
    tellUpTo(steps.size());
}

/// Whether there is a file now.
bool Output::take(const Step& step) {
    if (!step.publishing->writesFiles()) return false;
    DiskStream& disk = diskFor(*step.publishing);
    base::Result<void> outcome;
    switch (step.kind) {
    case Step::Kind::Segment: outcome = disk.add(*step.segment); break;
    case Step::Kind::LeftOut: disk.skip(*step.segment); return false;
    case Step::Kind::Ended: writePlaylist(step.publishing); return false;
    case Step::Kind::Disposed: outcome = disk.dispose(); break;
    }
    if (!outcome && step.kind == Step::Kind::Segment) ++context_.segmentsLeftOut;
    if (!outcome || step.kind == Step::Kind::Segment) noteOutcome(step.publishing, outcome);
    const bool isWritten = step.kind == Step::Kind::Segment && outcome.ok();
    // Low latency is served from memory, whatever is on the disk.
    const config::HlsConfig& hls = step.publishing->hls();
    if (const StreamPtr written = stream(); isWritten && written != nullptr && !hls.memory && !hls.lowLatency)
        written->window().release(step.segment->sequence);
    return isWritten;
}

void Output::writePlaylist(const PublishingPtr& publishing) {
    if (!publishing->writesFiles()) return;
    std::int64_t targetDurationMs = 0;
    bool hasEnded = false;
    {
        const std::lock_guard lock(mutex_);
        targetDurationMs = targetDurationMs_;
        hasEnded = hasEnded_;
    }
    const base::Result<void> outcome = diskFor(*publishing).writePlaylist(targetDurationMs, hasEnded);
    if (!outcome) noteOutcome(publishing, outcome);
}

/// Said once per trouble, and at its end.
void Output::noteOutcome(const PublishingPtr& publishing, const base::Result<void>& outcome) {
    const bool wasInTrouble = std::exchange(isInTrouble_, !outcome.ok());
    const std::string name = base::printable(key_.text());
    if (outcome) {
        if (wasInTrouble) context_.log.trace(publishing->who(), "segments of {} are written again", name);
        return;
    }
    if (!wasInTrouble) {
        const std::string why = base::printable(outcome.error().message);
        context_.log.error(publishing->who(), "segments of {} are not written: {}", name, why);
        context_.events.emergency("hls", name + ": " + why);
    }
    obey(publishing);
}

/// hls_on_error. Any thread.
void Output::obey(const PublishingPtr& publishing) {
    using OnError = config::HlsConfig::OnError;
    if (publishing->hls().onError == OnError::Ignore) publishing->hasGivenUp = true;
    if (publishing->hls().onError != OnError::Disconnect) return;
    publishing->loop.post([publishing] {
        if (publishing->publication != nullptr) publishing->publication->evict(kCannotBeWritten);
    });
}

void Output::tell(const PublishingPtr& publishing, const SegmentPtr& segment, bool isWritten) {
    publishing->loop.post([self = shared_from_this(), publishing, segment, isWritten] {
        if (segment != nullptr) publishing->teller->tell(*segment, isWritten);
        self->context_.open.end();
    });
}

} // namespace hookcast::hls
