#include "rtmp/Aggregate.h"

#include "unit/rtmp/ChunkTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

using testing::ElementsAre;

Message aggregate(std::uint32_t timestampMs, base::Bytes payload) {
    return {timestampMs, MessageType::Aggregate, 7, 5, std::move(payload)};
}

base::Result<std::vector<Message>> split(std::uint32_t timestampMs, std::string_view payload) {
    return splitAggregate(aggregate(timestampMs, hex(payload)));
}

TEST(Aggregate, RebasesTheTimestamps) {
    const auto messages = split(5000, "08 000002 000064 00 000000 A0A1 0000000D"
                                      "09 000001 000074 00 000001 B0 0000000C"
                                      "08 000000 000060 00 000000 0000000B");
    ASSERT_EQ(errorOf(messages), "");
    EXPECT_THAT(messages.value(), ElementsAre(Message{5000, MessageType::Audio, 7, 5, hex("A0A1")},
                                              Message{5016, MessageType::Video, 7, 5, hex("B0")},
                                              Message{4996, MessageType::Audio, 7, 5, {}}));
}

TEST(Aggregate, TimestampsHave32BitsAndWrap) {
    const auto messages = split(0xFFFFFFFF, "08 000000 000000 01 000000 00000000"
                                            "08 000000 000002 01 000000 00000000");
    ASSERT_EQ(errorOf(messages), "");
    ASSERT_EQ(messages.value().size(), 2U);
    EXPECT_EQ(messages.value()[0].timestampMs, 0xFFFFFFFFU);
    EXPECT_EQ(messages.value()[1].timestampMs, 1U);
    // The fourth byte is the highest.
    EXPECT_EQ(split(0, "08 000000 FFFFFF 00 000000 00000000"
                       "08 000000 000000 01 000000 00000000")
                  .value()[1]
                  .timestampMs,
              1U);
}

TEST(Aggregate, BackPointersAreNotBelieved) {
    const auto messages = split(0, "08 000001 000000 00 000000 A0 FFFFFFFF"
                                   "08 000001 000000 00 000000 A1");
    ASSERT_EQ(errorOf(messages), "");
    EXPECT_EQ(messages.value().size(), 2U);
}

TEST(Aggregate, MayBeEmpty) {
    ASSERT_EQ(errorOf(split(0, "")), "");
    EXPECT_TRUE(split(0, "").value().empty());
}

TEST(Aggregate, WhatIsCutOffIsAnError) {
    const base::Bytes whole = hex("08 000002 000064 00 000000 A0A1 0000000D");
    for (std::size_t size = 1; size < whole.size(); ++size) {
        if (size == whole.size() - 4) continue;
        const auto messages = splitAggregate(aggregate(0, {whole.begin(), whole.begin() + static_cast<int>(size)}));
        EXPECT_EQ(errorOf(messages), "aggregate message: cut off in the element at 0") << size;
    }
    EXPECT_NE(errorOf(split(0, "08 FFFFFF 000000 00 000000 A0")), "");
}

TEST(Aggregate, AnAggregateInsideIsAnError) {
    EXPECT_EQ(errorOf(split(0, "16 000000 000000 00 000000 0000000B")),
              "aggregate message inside an aggregate message");
}

} // namespace
} // namespace hookcast::rtmp::test
