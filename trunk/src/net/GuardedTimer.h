#pragma once

#include "net/Timer.h"

#include <cstdint>
#include <exception>
#include <utility>

namespace hookcast::net {

/// Who cannot go on without what its timers do.
class TimerOwner {
  public:
    /// Such a timer's task has thrown this. It must not destroy the timer.
    virtual void endAfterFailure(const std::exception& why) noexcept = 0;

  protected:
    ~TimerOwner() = default;
};

/// A Timer whose owner is told what its tasks throw, in place of the log. Else as that: loop thread only, and a task
/// may destroy the timer that it runs from, or arm it again.
class GuardedTimer {
  public:
    /// `owner` outlives it.
    GuardedTimer(Loop& loop, TimerOwner& owner) : timer_(loop), owner_(owner) {}
    ~GuardedTimer() {
        if (isGone_ != nullptr) *isGone_ = true;
    }
    GuardedTimer(const GuardedTimer&) = delete;
    GuardedTimer& operator=(const GuardedTimer&) = delete;

    /// Runs `task` once, no sooner than `delayMs` from now, in place of what was armed before.
    template <typename F>
    void runAfter(std::int64_t delayMs, F task) {
        timer_.runAfter(delayMs, [this, task = std::move(task)]() mutable { run(task); });
    }

    void cancel() { timer_.cancel(); }
    bool isArmed() const { return timer_.isArmed(); }
    Loop& loop() const { return timer_.loop(); }

  private:
    template <typename F>
    void run(F& task) {
        bool isGone = false;
        isGone_ = &isGone;
        try {
            task();
        } catch (const std::exception& e) {
            if (isGone) throw;
            isGone_ = nullptr;
            owner_.endAfterFailure(e);
            return;
        }
        if (!isGone) isGone_ = nullptr;
    }

    // owned
    Timer timer_;
    // given
    TimerOwner& owner_;
    // state
    bool* isGone_ = nullptr; ///< of the task that runs
};

} // namespace hookcast::net
