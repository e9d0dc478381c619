#include "base/Clock.h"

#include <chrono>

namespace hookcast::base {

std::int64_t SystemClock::monotonicUs() const {
    const auto sinceZero = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(sinceZero).count();
}

std::int64_t SystemClock::unixUs() const {
    const auto since1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since1970).count();
}

} // namespace hookcast::base
