#pragma once

#include "net/Loop.h"

#include <cstdint>
#include <utility>

namespace hookcast::net {

/// Something that is to happen once, later, unless its owner dies before: what is armed dies with this object, and is
/// replaced by what is armed next. Its task may destroy the timer that it runs from, or arm it again. Loop thread only,
/// the destructor of an armed one included; once the loop has stopped, the thread that stopped it.
class Timer {
  public:
    explicit Timer(Loop& loop) : loop_(loop) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Runs `task` once, no sooner than `delayMs` from now, in place of what was armed before.
    void runAfter(std::int64_t delayMs, base::Task task) {
        cancel();
        loop_.arm(armed_, delayMs, std::move(task));
    }

    /// Nothing happens any more.
    void cancel() {
        if (armed_ != 0) loop_.disarm(armed_);
    }

    /// Not any more when its task runs.
    bool isArmed() const { return armed_ != 0; }

    Loop& loop() const { return loop_; }

  private:
    // given
    Loop& loop_;
    // state
    TimerId armed_ = 0; ///< kept by the loop
};

} // namespace hookcast::net
