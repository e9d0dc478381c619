#include "base/SharedValues.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::base {
namespace {

/// Those of one length have one hash.
struct Word {
    std::string text;

    bool operator==(const Word&) const = default;
    std::size_t hash() const { return text.size(); }
};

/// Each of the numbers has a hash of its own.
struct Number {
    std::size_t number;

    bool operator==(const Number&) const = default;
    std::size_t hash() const { return number; }
};

TEST(SharedValuesTest, WhoHasTheSameSharesIt) {
    SharedValues<Word> words;
    const auto one = words.share({"one"});
    EXPECT_EQ(words.share({"one"}), one);
    EXPECT_NE(words.share({"three"}), one);
    EXPECT_EQ(one->text, "one");
}

TEST(SharedValuesTest, OfTwoWithOneHashEachIsItself) {
    SharedValues<Word> words;
    const auto one = words.share({"one"});
    const auto two = words.share({"two"});
    EXPECT_EQ(one->text, "one");
    EXPECT_EQ(two->text, "two");
    EXPECT_EQ(words.share({"two"}), two) << "the newer one is shared";
    EXPECT_EQ(words.share({"one"})->text, "one");
}

TEST(SharedValuesTest, WhatNobodyHasIsNotKept) {
    SharedValues<Word> words;
    auto one = words.share({"one"});
    const std::weak_ptr<const Word> seen = one;
    one.reset();
    EXPECT_TRUE(seen.expired());
    EXPECT_EQ(words.share({"one"})->text, "one");
}

TEST(SharedValuesTest, OutlivesItsOwner) {
    std::shared_ptr<const Word> one;
    {
        SharedValues<Word> words;
        one = words.share({"one"});
    }
    EXPECT_EQ(one->text, "one");
}

TEST(SharedValuesTest, RemembersNoMoreThanTwiceWhatIsHeld) {
    SharedValues<Number> numbers;
    constexpr std::size_t kHeld = 100;
    std::vector<std::shared_ptr<const Number>> held;
    for (std::size_t i = 0; i < kHeld; ++i) held.push_back(numbers.share({i}));
    for (std::size_t i = kHeld; i < 100 * kHeld; ++i) {
        numbers.share({i});
        ASSERT_LE(numbers.size(), 2 * (kHeld + 1)) << i;
    }
    for (std::size_t i = 0; i < kHeld; ++i) EXPECT_EQ(numbers.share({i}), held[i]);
    held.clear();
    for (std::size_t i = 0; i < 1000; ++i) numbers.share({i});
    EXPECT_LE(numbers.size(), 64U);
}

TEST(SharedValuesTest, ThreadsShareToo) {
    SharedValues<Number> numbers;
    const auto held = numbers.share({7});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (std::size_t time = 0; time < 1000; ++time) {
                EXPECT_EQ(numbers.share({7}), held);
                EXPECT_EQ(numbers.share({time})->number, time);
            }
        });
    for (std::thread& thread : threads) thread.join();
}

} // namespace
} // namespace hookcast::base
