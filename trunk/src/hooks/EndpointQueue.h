#pragma once

#include "base/FairQueue.h"
#include "hooks/ConnectionTrust.h"
#include "hooks/HookTransport.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {

/// How many calls one backend host gets at a time, and which. A fast backend is served over a few connections, which
/// are reused; when calls pile up although the backend is slow to answer, the allowance grows, up to the configured
/// limit, so that its sessions wait for the backend and not for each other. Calls that ask and calls that tell take
/// turns, so that neither can hold the other up.
///
/// Pure bookkeeping; times are monotonic. Not for several threads at a time.
template <typename Call>
class EndpointQueue {
  public:
    static constexpr std::size_t kStartAllowance = 32;
    static constexpr std::int64_t kGrowAfterWaitMs = 20;
    static constexpr std::int64_t kSlowAnswerMs = 20;

    explicit EndpointQueue(std::size_t maxConcurrent) : maxConcurrent_(maxConcurrent) { relax(); }

    void push(CallId id, CallKind kind, const std::string& share, Call call, std::int64_t nowMs) {
        (kind == CallKind::Asks ? asking_ : telling_).push(id, share, std::move(call), nowMs);
    }

    /// The next call to start, if one may start now.
    std::optional<Call> takeStartable(std::int64_t nowMs) {
        if (waiting() == 0) return std::nullopt;
        if (active_ >= allowance_) grow(nowMs);
        if (active_ >= allowance_ || heldUntilMs(nowMs)) return std::nullopt;
        toldLast_ = tellsNext();
        ++active_;
        return toldLast_ ? telling_.takeNext() : asking_.takeNext();
    }

    /// A call that has not started; nothing when it is not here.
    std::optional<Call> take(CallId id) {
        std::optional<Call> call = asking_.take(id);
        return call ? std::move(call) : telling_.take(id);
    }

    /// A started call ended after `durationMs`.
    void finished(std::int64_t durationMs) {
        --active_;
        ++finishedSinceGrowth_;
        usualMs_ += (static_cast<double>(durationMs) - usualMs_) / 8;
        if (active_ == 0 && waiting() == 0) relax();
    }

    /// Of the backend host's connections.
    ConnectionTrust& trust() { return trust_; }

    std::size_t active() const { return active_; }
    std::size_t waiting() const { return asking_.size() + telling_.size(); }

    /// Those that wait to ask, which is what is bounded.
    base::FairQueue<Call>& asking() { return asking_; }
    const base::FairQueue<Call>& asking() const { return asking_; }

    /// Everything that has not started.
    std::vector<Call> takeAll() {
        std::vector<Call> calls = telling_.takeAll();
        for (Call& call : asking_.takeAll()) calls.push_back(std::move(call));
        return calls;
    }

    /// Until when nothing starts, as connections may be used again soon, and a burst would open one for each call.
    /// Nobody waits for that longer than kGrowAfterWaitMs.
    std::optional<std::int64_t> heldUntilMs(std::int64_t nowMs) const {
        if (waiting() == 0) return std::nullopt;
        const std::optional<std::int64_t> earnedAtMs = trust_.earnedAtMs(nowMs);
        const std::int64_t untilMs = std::min(earnedAtMs.value_or(nowMs), nextSinceMs() + kGrowAfterWaitMs);
        return untilMs > nowMs ? std::optional(untilMs) : std::nullopt;
    }

    /// When takeStartable() may have more to give without a call ending; nothing when only an end can help.
    std::optional<std::int64_t> nextGrowthMs() const {
        if (waiting() == 0 || allowance_ >= maxConcurrent_) return std::nullopt;
        return std::max(nextSinceMs(), grownAtMs_) + kGrowAfterWaitMs;
    }

  private:
    void relax() { allowance_ = std::min(kStartAllowance, maxConcurrent_); }

    void grow(std::int64_t nowMs) {
        const auto due = nextGrowthMs();
        if (!due || nowMs < *due) return;
        const bool stalled = finishedSinceGrowth_ == 0;
        grownAtMs_ = nowMs;
        finishedSinceGrowth_ = 0;
        if (!stalled && usualMs_ < kSlowAnswerMs) return;
        allowance_ = std::min(allowance_ * (stalled ? 4 : 2), maxConcurrent_);
    }

    std::int64_t nextSinceMs() const { return tellsNext() ? telling_.nextSinceMs() : asking_.nextSinceMs(); }
    bool tellsNext() const { return asking_.empty() || (!telling_.empty() && !toldLast_); }

    std::size_t maxConcurrent_;
    std::size_t allowance_ = 0;
    base::FairQueue<Call> asking_;
    base::FairQueue<Call> telling_;
    bool toldLast_ = false;
    std::size_t active_ = 0;
    std::size_t finishedSinceGrowth_ = 0;
    std::int64_t grownAtMs_ = 0;
    double usualMs_ = 0;
    ConnectionTrust trust_;
};

} // namespace hookcast::hooks
