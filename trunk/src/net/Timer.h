#pragma once

#include "net/Loop.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
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
    Timer(Loop& loop, OnFailure onFailure)
        : loop_(loop), guard_(std::make_unique<Guard>(Guard{std::move(onFailure), nullptr})) {}

    ~Timer() {
        cancel();
        if (guard_ != nullptr && guard_->isGone != nullptr) *guard_->isGone = true;
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Runs `task` once, no sooner than `delayMs` from now, in place of what was armed before.
    void runAfter(std::int64_t delayMs, base::Task task) {
        cancel();
        if (guard_ != nullptr)
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
    /// What only few have: there are several timers for each player.
    struct Guard {
        OnFailure onFailure;
        bool* isGone; ///< of the task that runs
    };

    /// The task may destroy this timer, and arm it again.
    void run(base::Task& task) {
        bool isGone = false;
        guard_->isGone = &isGone;
        try {
            task();
        } catch (const std::exception& e) {
            if (isGone) throw;
            guard_->isGone = nullptr;
            guard_->onFailure(e);
            return;
        }
        if (!isGone) guard_->isGone = nullptr;
    }

    // given
    Loop& loop_;
    // owned
    std::unique_ptr<Guard> guard_; ///< null where nobody is told
    // state
    TimerId armed_ = 0; ///< kept by the loop
};

} // namespace hookcast::net
