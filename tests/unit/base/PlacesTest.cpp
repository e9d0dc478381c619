#include "base/Places.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace hookcast::base {
namespace {

TEST(Places, AreGivenBackOnceByTheirDeath) {
    Places places(2);
    std::optional<Places::Place> first = places.take();
    {
        const std::optional<Places::Place> second = places.take();
        ASSERT_TRUE(first && second);
        EXPECT_FALSE(places.take());
        EXPECT_FALSE(places.take()) << "a refusal takes none";
    }
    std::optional<Places::Place> third = places.take();
    ASSERT_TRUE(third);
    const Places::Place moved(std::move(*third));
    third.reset();
    EXPECT_FALSE(places.take()) << "it is where it has moved to";
    first.reset();
    EXPECT_TRUE(places.take());
}

} // namespace
} // namespace hookcast::base
