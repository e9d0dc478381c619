#include "base/Clock.h"

#include <chrono>

namespace hookcast::base {

std::int64_t SystemClock::monotonicUs() const {
    const auto sinceZero = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(sinceZero).count();
}

} // namespace hookcast::base
