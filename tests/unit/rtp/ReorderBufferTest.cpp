#include "rtp/ReorderBuffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace hookcast::rtp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A packet's bytes are its number, so that what comes out shows what went in.
base::Bytes numbered(int number) {
    return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

class ReorderBufferTest : public testing::Test {
  protected:
    std::vector<int> push(int number) {
        buffer_.push(static_cast<std::uint16_t>(number), numbered(number), nowMs_);
        return popAll();
    }

    std::vector<int> popAll() {
        std::vector<int> numbers;
        while (auto packet = buffer_.pop(nowMs_)) numbers.push_back(packet->at(0) << 8 | packet->at(1));
        return numbers;
    }

    std::int64_t nowMs_ = 1000;
    ReorderBuffer buffer_{{64, 100}};
};

TEST_F(ReorderBufferTest, PacketsInOrderPassAtOnce) {
    EXPECT_THAT(push(65534), ElementsAre(65534));
    EXPECT_THAT(push(65535), ElementsAre(65535));
    EXPECT_THAT(push(0), ElementsAre(0));
    EXPECT_THAT(push(1), ElementsAre(1));
    EXPECT_EQ(buffer_.deadlineMs(), std::nullopt);
    EXPECT_EQ(buffer_.counters().lost, 0U);
}

TEST_F(ReorderBufferTest, PutsPacketsInOrder) {
    push(65534);
    EXPECT_THAT(push(0), IsEmpty());
    EXPECT_THAT(push(1), IsEmpty());
    EXPECT_EQ(buffer_.packetsHeld(), 2U);
    EXPECT_THAT(push(65535), ElementsAre(65535, 0, 1));
    EXPECT_EQ(buffer_.counters().lost, 0U);
}

TEST_F(ReorderBufferTest, DropsWhatComesTwice) {
    push(10);
    EXPECT_THAT(push(10), IsEmpty());
    EXPECT_THAT(push(12), IsEmpty());
    EXPECT_THAT(push(12), IsEmpty());
    EXPECT_THAT(push(11), ElementsAre(11, 12));
    EXPECT_EQ(buffer_.counters().dropped, 2U);
}

TEST_F(ReorderBufferTest, GivesAGapUpWhenItsTimeIsOver) {
    push(10);
    push(13);
    nowMs_ += 50;
    push(15);
    EXPECT_EQ(buffer_.deadlineMs(), 1100);
    nowMs_ = 1099;
    EXPECT_THAT(popAll(), IsEmpty());
    nowMs_ = 1100;
    EXPECT_THAT(popAll(), ElementsAre(13));
    EXPECT_EQ(buffer_.counters().lost, 2U);
    EXPECT_EQ(buffer_.deadlineMs(), 1150);
    EXPECT_THAT(push(11), IsEmpty());
    EXPECT_EQ(buffer_.counters().dropped, 1U);
    EXPECT_THAT(push(14), ElementsAre(14, 15));
    EXPECT_EQ(buffer_.counters().lost, 2U);
}

TEST_F(ReorderBufferTest, GivesAGapUpWhenItIsFull) {
    push(0);
    for (int number = 2; number < 66; ++number) EXPECT_THAT(push(number), IsEmpty());
    const std::vector<int> released = push(66);
    EXPECT_EQ(released.size(), 65U);
    EXPECT_EQ(released.front(), 2);
    EXPECT_EQ(buffer_.counters().lost, 1U);
}

TEST_F(ReorderBufferTest, BeginsAnewWhenTheSequenceDoes) {
    push(100);
    push(102); // held
    EXPECT_THAT(push(40000), IsEmpty());
    EXPECT_THAT(push(40001), ElementsAre(40000, 40001));
    EXPECT_THAT(push(40002), ElementsAre(40002));
    EXPECT_EQ(buffer_.counters().restarts, 1U);
    EXPECT_EQ(buffer_.counters().lost, 1U);
    EXPECT_EQ(buffer_.counters().strays, 0U);
    // And backwards, into what is held no more.
    EXPECT_THAT(push(101), IsEmpty());
    EXPECT_THAT(push(102), ElementsAre(101, 102));
}

TEST_F(ReorderBufferTest, AStrayPacketChangesNothing) {
    push(100);
    EXPECT_THAT(push(30000), IsEmpty());
    EXPECT_THAT(push(101), ElementsAre(101));
    EXPECT_THAT(push(30001), IsEmpty());
    EXPECT_THAT(push(50000), IsEmpty());
    EXPECT_THAT(push(102), ElementsAre(102));
    EXPECT_EQ(buffer_.counters().strays, 3U);
    EXPECT_EQ(buffer_.counters().restarts, 0U);
}

TEST_F(ReorderBufferTest, ASmallStepBackEndsToo) {
    for (int number = 1000; number < 1200; ++number) push(number);
    int delivered = 0;
    for (int number = 1150; number < 1400; ++number) delivered += static_cast<int>(push(number).size());
    EXPECT_EQ(delivered, 200);
}

TEST_F(ReorderBufferTest, WhateverTheOrderNothingComesTwiceOrOutOfOrder) {
    std::mt19937 random(5);
    for (int round = 0; round < 100; ++round) {
        ReorderBuffer buffer({64, 100});
        std::vector<int> sent;
        for (int number = 0; number < 2000; ++number) {
            if (random() % 20 != 0) sent.push_back(number);
            if (random() % 20 == 0) sent.push_back(number);
        }
        const std::size_t reach = 1 + random() % 40;
        std::multimap<std::size_t, int> byArrival;
        for (std::size_t i = 0; i < sent.size(); ++i) byArrival.emplace(i + random() % reach, sent[i]);
        std::vector<int> received;
        for (const auto& [arrival, number] : byArrival) {
            buffer.push(static_cast<std::uint16_t>(65000 + number), numbered(number), nowMs_++);
            while (auto packet = buffer.pop(nowMs_)) received.push_back(packet->at(0) << 8 | packet->at(1));
            ASSERT_LE(buffer.packetsHeld(), 64U);
        }
        nowMs_ += 1000;
        while (auto packet = buffer.pop(nowMs_)) received.push_back(packet->at(0) << 8 | packet->at(1));
        EXPECT_TRUE(std::ranges::adjacent_find(received, std::ranges::greater_equal()) == received.end());
        EXPECT_EQ(buffer.packetsHeld(), 0U);
        EXPECT_EQ(received.size() + buffer.counters().dropped, sent.size());
        EXPECT_EQ(received.size() + buffer.counters().lost,
                  static_cast<std::size_t>(received.back() - received.front() + 1));
    }
}

} // namespace
} // namespace hookcast::rtp
