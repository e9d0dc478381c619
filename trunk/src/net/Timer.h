#pragma once

#include "net/Loop.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <utility>

namespace hookcast::net {

/// Something that is to happen once, later, unless its owner dies before: what is armed dies with this object, and is
/// replaced by what is armed next. Its task may destroy the timer that it runs from, or arm it again. Loop thread only,
/// the destructor of an armed one included; once the loop has stopped, the thread that stopped it.
class Timer {
  public:
    /// Told why a task has thrown, which is then not logged as the loop's. It must not throw, nor destroy the timer.
    using OnFailure = std::function<void(const std::exception& why)>;

    explicit Timer(Loop& loop) : loop_(loop) {}

    /// One whose owner cannot go on without what its tasks do.
    Timer(Loop& loop, OnFailure onFailure) : loop_(loop), onFailure_(std::move(onFailure)) {}

    ~Timer() {
        cancel();
        if (isGone_ != nullptr) *isGone_ = true;
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Runs `task` once, no sooner than `delayMs` from now, in place of what was armed before.
    void runAfter(std::int64_t delayMs, base::Task task) {
        cancel();
        if (onFailure_)
            loop_.arm(armed_, delayMs, [this, task = std::move(task)]() mutable { run(task); });
        else
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
    /// The task may destroy this timer, and arm it again.
    void run(base::Task& task) {
        bool isGone = false;
        isGone_ = &isGone;
        try {
            task();
        } catch (const std::exception& e) {
            if (isGone) throw;
            isGone_ = nullptr;
            onFailure_(e);
            return;
        }
        if (!isGone) isGone_ = nullptr;
    }

    // given
    Loop& loop_;
    OnFailure onFailure_;
    // state
    bool* isGone_ = nullptr; ///< of the task that runs
    TimerId armed_ = 0;      ///< kept by the loop
};

} // namespace hookcast::net
