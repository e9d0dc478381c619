#include "base/EnumSize.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hookcast::base {
namespace {

enum class Three : std::uint8_t { One, Two, Three };
enum class WithGaps { First = 3, Second = 10, SameAgain = 10, Last = 63 };
enum class Nothing {};

TEST(EnumSizeTest, CountsTheValuesThatHaveAName) {
    static_assert(enumSize<Three>() == 3);
    static_assert(enumSize<WithGaps>() == 3);
    static_assert(enumSize<Nothing>() == 0);
    static_assert(isEnumerator<Three::Two>());
    static_assert(!isEnumerator<static_cast<Three>(3)>());
}

} // namespace
} // namespace hookcast::base
