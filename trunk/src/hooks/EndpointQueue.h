#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::hooks {

/// How many calls one backend host gets at a time. A fast backend is served over a few connections, which are reused;
/// when calls pile up although the backend is slow to answer, the allowance grows, up to the configured limit, so
/// that its sessions wait for the backend and not for each other.
///
/// Pure bookkeeping; times are monotonic. Belongs to the transport's thread.
template <typename Call>
class EndpointQueue {
  public:
    static constexpr std::size_t kStartAllowance = 32;
    static constexpr std::int64_t kGrowAfterWaitMs = 20;
    static constexpr std::int64_t kSlowAnswerMs = 20;

    explicit EndpointQueue(std::size_t maxConcurrent) : maxConcurrent_(maxConcurrent) { relax(); }

    void push(Call call, std::int64_t nowMs) { waiting_.emplace_back(std::move(call), nowMs); }

    /// The next call to start, if one may start now.
    std::optional<Call> takeStartable(std::int64_t nowMs) {
        if (waiting_.empty()) return std::nullopt;
        if (active_ >= allowance_) grow(nowMs);
        if (active_ >= allowance_) return std::nullopt;
        std::optional<Call> call(std::move(waiting_.front().first));
        waiting_.pop_front();
        ++active_;
        return call;
    }

    /// A started call ended after `durationMs`.
    void finished(std::int64_t durationMs) {
        --active_;
        ++finishedSinceGrowth_;
        usualMs_ += (static_cast<double>(durationMs) - usualMs_) / 8;
        if (active_ == 0 && waiting_.empty()) relax();
    }

    std::size_t active() const { return active_; }
    std::size_t waiting() const { return waiting_.size(); }

    /// Everything that has not started.
    std::vector<Call> takeAll() {
        std::vector<Call> calls;
        for (auto& [call, sinceMs] : waiting_) calls.push_back(std::move(call));
        waiting_.clear();
        return calls;
    }

    /// When takeStartable() may have more to give without a call ending; nothing when only an end can help.
    std::optional<std::int64_t> nextGrowthMs() const {
        if (waiting_.empty() || allowance_ >= maxConcurrent_) return std::nullopt;
        return std::max(waiting_.front().second, grownAtMs_) + kGrowAfterWaitMs;
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

    std::size_t maxConcurrent_;
    std::size_t allowance_ = 0;
    std::deque<std::pair<Call, std::int64_t>> waiting_;
    std::size_t active_ = 0;
    std::size_t finishedSinceGrowth_ = 0;
    std::int64_t grownAtMs_ = 0;
    double usualMs_ = 0;
};

} // namespace hookcast::hooks
