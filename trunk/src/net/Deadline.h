#pragma once

#include "net/Loop.h"
#include "net/Timer.h"

#include <cstdint>
#include <functional>
#include <utility>

namespace hookcast::net {

/// What a client must do by a certain time. A deadline that moves on, as it does with every message of a publisher,
/// costs nothing: the timer that runs looks again when it fires. Loop thread only.
class Deadline {
  public:
    /// Called with the reason that was given to expect().
    using OnMissed = std::function<void(const char*)>;

    /// `onFailure`: see Timer; what the deadline does has thrown.
    Deadline(Loop& loop, OnMissed onMissed, Timer::OnFailure onFailure = {})
        : loop_(loop), onMissed_(std::move(onMissed)), timer_(loop, std::move(onFailure)) {}

    /// Replaces what was expected before.
    void expect(std::int64_t withinMs, const char* otherwise) {
        deadlineMs_ = loop_.clock().monotonicMs() + withinMs;
        otherwise_ = otherwise;
        watch();
    }

    void expectNothing() { deadlineMs_ = 0; }

  private:
    void watch() {
        if (timer_.isArmed() && timerAtMs_ <= deadlineMs_) return;
        timerAtMs_ = deadlineMs_;
        timer_.runAfter(deadlineMs_ - loop_.clock().monotonicMs(), [this] { look(); });
    }

    void look() {
        if (deadlineMs_ == 0) return;
        if (loop_.clock().monotonicMs() < deadlineMs_) {
            watch();
            return;
        }
        deadlineMs_ = 0;
        onMissed_(otherwise_);
    }

    // given
    Loop& loop_;
    OnMissed onMissed_;
    // owned
    Timer timer_;
    // state
    std::int64_t timerAtMs_ = 0;
    std::int64_t deadlineMs_ = 0; ///< 0: nothing is expected
    const char* otherwise_ = "";
};

} // namespace hookcast::net
