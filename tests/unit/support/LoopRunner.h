#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "net/Loop.h"

#include <functional>
#include <future>
#include <memory>
#include <optional>
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
        using Returned = std::invoke_result_t<F&>;
        static_assert(!std::is_reference_v<Returned>, "what it refers to may be gone");
        if constexpr (std::is_void_v<Returned>) {
            perform(std::ref(body));
        } else {
            std::optional<Returned> returned;
            perform([&] { returned.emplace(body()); });
            return std::move(*returned);
        }
    }

    /// Returns when everything that was posted has run, and what that posted in its turn, a few generations deep.
    /// It also makes the loop look at its clock and its sockets.
    void settle() {
        constexpr int kGenerations = 20;
        for (int i = 0; i < kGenerations; ++i) perform([] {});
    }

    /// What was posted has run, and nothing more will. From here on what belongs to the loop belongs to the caller's
    /// thread, and so does what run() runs.
    void stop() {
        loop_.stop();
        isStopped_ = true;
    }

  private:
    /// The part of run() that is the same for every body: tests have hundreds, and each would be compiled.
    void perform(const std::function<void()>& body) {
        if (isStopped_) {
            body();
            return;
        }
        std::packaged_task<void()> task(std::ref(body));
        std::future<void> done = task.get_future();
        loop_.post(std::move(task));
        done.get();
    }

    std::unique_ptr<base::Log> ownLog_; ///< unless the test gave one
    net::Loop loop_;
    bool isStopped_ = false; ///< the test's thread only
};

} // namespace hookcast::support
