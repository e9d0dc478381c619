#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "net/Loop.h"

#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace hookcast::support {

/// A running loop, and the way for a test's thread to work on it.
class LoopRunner {
  public:
    explicit LoopRunner(const base::Clock& clock, std::string name = "loop")
        : ownLog_(std::make_unique<base::Log>(base::LogLevel::None, "")), loop_(std::move(name), clock, *ownLog_) {
        loop_.start();
    }
    LoopRunner(const base::Clock& clock, base::Log& log) : loop_("loop", clock, log) { loop_.start(); }

    net::Loop& loop() { return loop_; }
    base::Log& log() const { return loop_.log(); }

    /// Runs `body` on the loop and gives back what it returns or throws.
    template <typename F>
    auto run(F body) {
        std::packaged_task<std::invoke_result_t<F&>()> task(std::move(body));
        auto result = task.get_future();
        loop_.post(std::move(task));
        return result.get();
    }

    /// Returns when everything that was posted has run, and what that posted in its turn, a few generations deep.
    /// It also makes the loop look at its clock and its sockets.
    void settle() {
        constexpr int kGenerations = 20;
        for (int i = 0; i < kGenerations; ++i) run([] {});
    }

    void stop() { loop_.stop(); }

  private:
    std::unique_ptr<base::Log> ownLog_; ///< unless the test gave one
    net::Loop loop_;
};

} // namespace hookcast::support
