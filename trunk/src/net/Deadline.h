#pragma once

#include "net/GuardedTimer.h"
#include "net/Loop.h"

#include <cstdint>
#include <functional>
#include <utility>

namespace hookcast::net {

/// What a client must do by a certain time. A deadline that moves on, as it does with every message of a publisher, or
/// is called off and set again, as with every request, costs nothing: the timer that runs looks again when it fires.
/// Loop thread only.
class Deadline {
  public:
    /// Called with the reason that was given to expect().
    using OnMissed = std::function<void(const char*)>;

    /// `owner`, which outlives it, is told what `onMissed` throws.
    Deadline(Loop& loop, TimerOwner& owner, OnMissed onMissed) : onMissed_(std::move(onMissed)), timer_(loop, owner) {}

    /// Replaces what was expected before.
    void expect(std::int64_t withinMs, const char* otherwise) {
        deadlineMs_ = nowMs() + withinMs;
        otherwise_ = otherwise;
        isExpected_ = true;
        watch();
    }

    /// Nothing is kept for long for what is not expected, as thousands play for hours: the timer goes when it fires.
    void expectNothing() { isExpected_ = false; }

  private:
    std::int64_t nowMs() const { return timer_.loop().clock().monotonicMs(); }

    void watch() {
        if (timer_.isArmed() && timerAtMs_ <= deadlineMs_) return;
        timerAtMs_ = deadlineMs_;
        timer_.runAfter(deadlineMs_ - nowMs(), [this] { look(); });
    }

    void look() {
        if (!isExpected_) return;
        if (nowMs() < deadlineMs_) {
            watch();
            return;
        }
        isExpected_ = false;
        onMissed_(otherwise_);
    }

    // given
    OnMissed onMissed_;
    // owned
    GuardedTimer timer_;
    // state
    std::int64_t timerAtMs_ = 0;
    std::int64_t deadlineMs_ = 0; ///< while isExpected_
    const char* otherwise_ = "";
    bool isExpected_ = false;
};

} // namespace hookcast::net
