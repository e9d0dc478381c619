#include "rtmp/MessageStreams.h"

#include <gtest/gtest.h>

namespace hookcast::rtmp {
namespace {

TEST(MessageStreams, EachHasAnIdOfItsOwn) {
    MessageStreams streams(16);
    EXPECT_EQ(streams.create(), 1U);
    EXPECT_EQ(streams.create(), 2U);
    EXPECT_EQ(streams.create(), 3U);
    streams.remove(2);
    streams.remove(9);
    EXPECT_EQ(streams.create(), 2U) << "the lowest that is free";
}

TEST(MessageStreams, ThereAreNotAnyNumberOfThem) {
    MessageStreams streams(16);
    for (std::size_t i = 0; i < 16; ++i) EXPECT_TRUE(streams.create());
    EXPECT_FALSE(streams.create());
    streams.remove(5);
    EXPECT_EQ(streams.create(), 5U);
}

TEST(MessageStreams, OneIsUsedAndTheOthersAreNot) {
    MessageStreams streams(16);
    streams.create();
    streams.create();
    streams.use(2);
    EXPECT_EQ(streams.used(), 2U);
    EXPECT_TRUE(streams.isUsed(2));
    EXPECT_FALSE(streams.isUsed(1));
    EXPECT_TRUE(streams.isAnother(1));
    EXPECT_FALSE(streams.isAnother(2));
    EXPECT_FALSE(streams.isAnother(7)) << "it was never given out";
    EXPECT_FALSE(streams.isUsed(7));
}

TEST(MessageStreams, IdsThatWereNotGivenOutAreUnderstood) {
    MessageStreams streams(16);
    EXPECT_EQ(streams.meantBy(0), 1U);
    EXPECT_EQ(streams.meantBy(1), 1U);
    EXPECT_EQ(streams.meantBy(3), 3U);
    EXPECT_EQ(streams.meantBy(4'000'000'000), 1U);
    streams.use(0);
    EXPECT_EQ(streams.used(), 1U);
    EXPECT_TRUE(streams.isUsed(0));
    EXPECT_TRUE(streams.isUsed(1));
    streams.create();
    streams.create();
    EXPECT_EQ(streams.meantBy(0), 2U) << "the newest";
}

} // namespace
} // namespace hookcast::rtmp
