#pragma once

#include "base/Clock.h"
#include "unit/support/LoopRunner.h"

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace hookcast::net {

/// Time that stands still, and counts how often it is asked for: a loop asks in each of its turns.
class AskedClock final : public base::Clock {
  public:
    std::int64_t monotonicUs() const override {
        ++asked_;
        return 1'000'000'000;
    }
    std::int64_t unixUs() const override { return 1'700'000'000'000'000; }

    long asked() const { return asked_; }

  private:
    mutable std::atomic<long> asked_{0};
};

/// Whether the loop waits for events when there are none. One that polls for what nobody wants never sleeps, and turns
/// and turns.
inline bool isAtRest(support::LoopRunner& runner, const AskedClock& clock) {
    constexpr long kManyTurns = 20'000;
    runner.settle();
    const std::string stat = "/proc/self/task/" + std::to_string(runner.run([] { return ::gettid(); })) + "/stat";
    const long before = clock.asked();
    while (clock.asked() - before < kManyTurns) {
        std::ifstream in(stat);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        // proc(5): the state follows the name, which is in parentheses.
        const std::size_t end = text.rfind(')');
        if (end != std::string::npos && text.at(end + 2) == 'S') return true;
        std::this_thread::yield();
    }
    return false;
}

} // namespace hookcast::net
