#pragma once

#include "unit/support/Event.h"
#include "unit/support/LoopRunner.h"

#include <cstddef>

namespace hookcast::support {

/// Something that happens on a loop. Who has waited for it is past all of the callback that it happened in: nothing of
/// that runs any more, or is still to be destroyed.
class LoopEvent {
  public:
    explicit LoopEvent(LoopRunner& runner) : runner_(runner) {}

    /// On the loop.
    void happen() { event_.happen(); }

    /// As Event's; not on the loop.
    [[nodiscard]] bool wait(std::size_t times = 1) {
        if (!event_.wait(times)) return false;
        runner_.run([] {});
        return true;
    }

    std::size_t times() const { return event_.times(); }

  private:
    LoopRunner& runner_;
    Event event_;
};

} // namespace hookcast::support
