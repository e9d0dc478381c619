#include "base/LogGate.h"

#include <gtest/gtest.h>

namespace hookcast::base {
namespace {

TEST(LogGate, LetsTheFirstThroughWhateverTheTime) {
    EXPECT_EQ(LogGate(1000).admit(-5), 1U);
    EXPECT_EQ(LogGate(1000).admit(0), 1U);
}

TEST(LogGate, HoldsBackWithinTheIntervalAndCounts) {
    LogGate gate(1000);
    EXPECT_EQ(gate.admit(5000), 1U);
    EXPECT_EQ(gate.admit(5000), std::nullopt);
    EXPECT_EQ(gate.admit(5999), std::nullopt);
    EXPECT_EQ(gate.admit(6000), 3U) << "itself and the two before";
    EXPECT_EQ(gate.admit(6001), std::nullopt);
    EXPECT_EQ(gate.admit(9000), 2U);
    EXPECT_EQ(gate.admit(10000), 1U);
}

} // namespace
} // namespace hookcast::base
