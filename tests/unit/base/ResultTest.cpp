#include "base/Result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hookcast::base {
namespace {

Result<std::unique_ptr<int>> half(int number) {
    if (number % 2 != 0) return Error{"odd"};
    return std::make_unique<int>(number / 2);
}

TEST(Result, HoldsAValueThatCanBeTaken) {
    Result<std::unique_ptr<int>> result = half(8);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(*result.take(), 4);
}

TEST(Result, HoldsAnError) {
    const auto result = half(7);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error().message, "odd");
}

TEST(Result, OfNothingIsOkOrAnError) {
    EXPECT_TRUE(Result<void>().ok());
    const Result<void> failed(Error{"why"});
    EXPECT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "why");
}

TEST(Result, TellsAValueFromAnErrorWhenBothAreText) {
    const Result<std::string> value(std::string("text"));
    EXPECT_TRUE(value.ok());
    const Result<std::string> error(Error{"text"});
    EXPECT_FALSE(error.ok());
}

} // namespace
} // namespace hookcast::base
