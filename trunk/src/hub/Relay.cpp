#include "hub/Relay.h"

#include "base/Log.h"

#include <algorithm>
#include <utility>

namespace hookcast::hub {

namespace {

/// How closely send timeouts are kept when no media comes.
constexpr std::int64_t kStragglerCheckMs = 1000;

} // namespace

Relay::Relay(net::Loop& loop, hooks::StreamKey key, const LogLimits& limits, OnEmpty onEmpty,
             std::shared_ptr<StreamFigures> figures)
    : loop_(loop), key_(std::move(key)), limits_(limits), onEmpty_(std::move(onEmpty)), figures_(std::move(figures)) {}

void Relay::add(Playback& playback) {
    loop_.assertCurrent();
    playbacks_.push_back(&playback);
    figures_->players.fetch_add(1, std::memory_order_relaxed);
    if (epoch_ != 0) playback.begin(nowMs());
}

void Relay::remove(Playback& playback) {
    loop_.assertCurrent();
    playbacks_.erase(std::find(playbacks_.begin(), playbacks_.end(), &playback));
    figures_->players.fetch_sub(1, std::memory_order_relaxed);
    figures_->sentBytes.fetch_add(playback.ticket().sentBytes(), std::memory_order_relaxed);
    if (playbacks_.empty()) onEmpty_();
}

void Relay::begin(std::uint64_t epoch, const LogBatch& snapshot) {
    loop_.assertCurrent();
    if (epoch <= epoch_) return;
    for (Playback* playback : playbacks_) playback->detach();
    epoch_ = epoch;
    log_ = WireLog();
    log_.import(snapshot);
    for (Playback* playback : playbacks_) playback->begin(nowMs());
    trim();
}

void Relay::grow(std::uint64_t epoch, const LogBatch& batch) {
    loop_.assertCurrent();
    if (epoch != epoch_) return;
    log_.import(batch);
    const std::int64_t now = nowMs();
    for (Playback* playback : playbacks_) playback->advance(now);
    trim();
}

void Relay::end(std::uint64_t epoch) {
    loop_.assertCurrent();
    if (epoch != epoch_) return;
    log_.dropSyncPoints();
    trim();
    for (Playback* playback : playbacks_) playback->end();
    watchStragglers();
}

void Relay::countJump(const Playback& playback) {
    const auto count = jumpGate_.admit(nowMs());
    if (!count) return;
    loop_.log().warn(playback.logName(),
                     "slow player of {} jumped to the newest keyframe ({} such jumps since the last line)",
                     base::printable(key_.text()), *count);
}

void Relay::trim() {
    if (newestGopIsTooLong()) log_.dropSyncPoints();
    if (log_.sizeBytes() > limits_.bytes) catchUpAll();
    log_.trimTo(neededSequence());
}

void Relay::catchUpAll() {
    const SyncPoint* newest = log_.newestSync();
    for (Playback* playback : playbacks_) {
        // Who is within the newest group of pictures keeps nothing that new players do not need anyway.
        const bool inTheWay = newest == nullptr || playback->neededSequence() < newest->sequence;
        if (playback->isBehind() && inTheWay) playback->catchUp();
    }
}

void Relay::miss(std::uint64_t epoch) {
    loop_.assertCurrent();
    if (epoch_ >= epoch) return;
    for (Playback* playback : playbacks_) playback->end();
}

void Relay::watchStragglers() {
    const auto waits = [](const Playback* playback) { return playback->isFull(); };
    if (std::none_of(playbacks_.begin(), playbacks_.end(), waits)) return;
    loop_.runAfterIfAlive(kStragglerCheckMs, weak_from_this(), [epoch = epoch_](Relay& self) {
        if (self.epoch_ != epoch) return;
        for (Playback* playback : self.playbacks_) playback->advance(self.nowMs());
        self.trim();
        self.watchStragglers();
    });
}

bool Relay::newestGopIsTooLong() const {
    const SyncPoint* newest = log_.newestSync();
    if (newest == nullptr) return false;
    return log_.endOffset() - log_.beginOffset(newest->sequence) > limits_.bytes ||
           log_.endSequence() - newest->sequence > limits_.gopFrames;
}

std::uint64_t Relay::neededSequence() const {
    const SyncPoint* newest = log_.newestSync();
    std::uint64_t needed = newest != nullptr ? newest->sequence : log_.endSequence();
    for (const Playback* playback : playbacks_) needed = std::min(needed, playback->neededSequence());
    return needed;
}

} // namespace hookcast::hub
