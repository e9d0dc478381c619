#include "support/Deadline.h"

#include <cstdlib>
#include <string>

namespace hookcast::integration {

namespace {

constexpr std::chrono::seconds kDefaultPatience{60};

} // namespace

std::chrono::milliseconds patience() {
    const char* configured = std::getenv("HOOKCAST_TEST_PATIENCE_S");
    return configured == nullptr ? kDefaultPatience : std::chrono::seconds(std::stoi(configured));
}

} // namespace hookcast::integration
