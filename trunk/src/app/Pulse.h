#pragma once

#include "net/Loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hookcast::app {

/// Shows that loops are alive: a task goes from each to the next, and when it has been on all of them, `onBeat` is
/// told, on the last one; a while later the first has it again. A loop that hangs keeps it, and then nothing is told.
/// Any thread.
class Pulse {
  public:
    /// `loops` outlive it. Begins at once.
    Pulse(std::vector<net::Loop*> loops, std::int64_t everyMs, std::function<void()> onBeat);

    /// Nothing is told from then on, but what is being told already.
    ~Pulse();
    Pulse(const Pulse&) = delete;
    Pulse& operator=(const Pulse&) = delete;

  private:
    struct Route {
        std::vector<net::Loop*> loops;
        std::int64_t everyMs;
        std::function<void()> onBeat;
    };
    static void visit(const std::shared_ptr<const Route>& route, std::size_t position);

    std::shared_ptr<const Route> route_;
};

} // namespace hookcast::app
