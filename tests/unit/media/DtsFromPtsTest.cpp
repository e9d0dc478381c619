#include "media/DtsFromPts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace hookcast::media {
namespace {

using testing::ElementsAre;

std::vector<FrameTimes> placed(DtsFromPts& order, const std::vector<std::int64_t>& ptsInDecodingOrder) {
    std::vector<FrameTimes> times;
    for (const std::int64_t pts : ptsInDecodingOrder) times.push_back(order.place(pts));
    return times;
}

/// What holds whatever comes in.
void expectSound(const std::vector<FrameTimes>& times) {
    for (std::size_t i = 0; i < times.size(); ++i) {
        EXPECT_LE(times[i].dts, times[i].pts) << "frame " << i;
        if (i > 0) {
            EXPECT_GT(times[i].dts, times[i - 1].dts) << "frame " << i;
        }
    }
}

std::vector<std::int64_t> decodeTimes(const std::vector<FrameTimes>& times) {
    std::vector<std::int64_t> dts;
    for (const FrameTimes& each : times) dts.push_back(each.dts);
    return dts;
}

/// The pictures between two anchors, in decoding order: the middle one, then what lies before it, then behind.
void appendPyramid(std::vector<std::int64_t>& order, std::int64_t first, std::int64_t end) {
    if (first >= end) return;
    const std::int64_t middle = first + (end - first) / 2;
    order.push_back(middle);
    appendPyramid(order, first, middle);
    appendPyramid(order, middle + 1, end);
}

/// Frame numbers in decoding order: an anchor, then the pyramid in front of it, with runs of B-frames as given.
std::vector<std::int64_t> pyramids(const std::vector<std::int64_t>& bFrames) {
    std::vector<std::int64_t> order{0};
    std::int64_t anchor = 0;
    for (const std::int64_t count : bFrames) {
        order.push_back(anchor + count + 1);
        appendPyramid(order, anchor + 1, anchor + count + 1);
        anchor += count + 1;
    }
    return order;
}

unsigned depthOf(const std::vector<std::int64_t>& order) {
    unsigned depth = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto before = std::count_if(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(i),
                                          [pts = order[i]](std::int64_t other) { return other > pts; });
        depth = std::max(depth, static_cast<unsigned>(before));
    }
    return depth;
}

std::vector<std::int64_t> scaled(std::vector<std::int64_t> order, std::int64_t frameTicks, std::int64_t begin) {
    for (std::int64_t& pts : order) pts = begin + pts * frameTicks;
    return order;
}

TEST(DtsFromPts, WithoutReorderingDtsIsPts) {
    DtsFromPts order(0);
    EXPECT_THAT(placed(order, {0, 3000, 6000}),
                ElementsAre(FrameTimes{0, 0}, FrameTimes{3000, 3000}, FrameTimes{6000, 6000}));
}

TEST(DtsFromPts, PutsTheFirstFramesBeforeTheFirstPts) {
    // I P B b b with a pyramid of depth 2.
    DtsFromPts order(2, 3000);
    EXPECT_THAT(decodeTimes(placed(order, {90000, 102000, 96000, 93000, 99000, 114000, 108000, 105000, 111000})),
                ElementsAre(84000, 87000, 90000, 93000, 96000, 99000, 102000, 105000, 108000));
}

TEST(DtsFromPts, KnownDepthMakesEvenDecodeTimesOfAnyPyramid) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::int64_t> bFrames(20);
        for (std::int64_t& count : bFrames) count = static_cast<std::int64_t>(random() % (1 + round % 16));
        const auto numbers = pyramids(bFrames);
        const unsigned depth = depthOf(numbers);
        ASSERT_LE(depth, DtsFromPts::kMaxReorderDepth);
        DtsFromPts order(depth, 3600);
        const auto times = placed(order, scaled(numbers, 3600, 1'000'000));
        expectSound(times);
        EXPECT_EQ(order.lateFrames(), 0U);
        EXPECT_EQ(order.reorderDepth(), depth);
        for (std::size_t i = 0; i < times.size(); ++i) {
            EXPECT_EQ(times[i].pts, 1'000'000 + numbers[i] * 3600);
            EXPECT_EQ(times[i].dts, 1'000'000 + (static_cast<std::int64_t>(i) - depth) * 3600);
        }
    }
}

TEST(DtsFromPts, UnknownDepthIsMeasuredWithoutALateFrame) {
    for (const std::int64_t bFrames : {0, 1, 2, 3, 5}) {
        const auto numbers = pyramids(std::vector<std::int64_t>(20, bFrames));
        DtsFromPts order(std::nullopt);
        const auto times = placed(order, scaled(numbers, 3600, 0));
        expectSound(times);
        EXPECT_EQ(order.lateFrames(), 0U) << bFrames;
        EXPECT_EQ(order.reorderDepth(), depthOf(numbers)) << bFrames;
        // Once it is measured, it is as if it had been known.
        for (std::size_t i = DtsFromPts::kLearningFrames; i < times.size(); ++i) {
            EXPECT_EQ(times[i].dts, (static_cast<std::int64_t>(i) - order.reorderDepth()) * 3600) << bFrames;
        }
    }
}

TEST(DtsFromPts, ADepthThatIsTooSmallIsRaised) {
    const auto numbers = pyramids(std::vector<std::int64_t>(30, 3));
    for (const unsigned told : {0U, 1U}) {
        DtsFromPts order(told);
        const auto times = placed(order, scaled(numbers, 3600, 0));
        expectSound(times);
        EXPECT_EQ(order.reorderDepth(), 2U);
        EXPECT_GT(order.lateFrames(), 0U);
        EXPECT_LE(order.lateFrames(), 3U);
        for (std::size_t i = 10; i < times.size(); ++i) {
            EXPECT_EQ(times[i].pts, numbers[i] * 3600);
            EXPECT_EQ(times[i].dts, (static_cast<std::int64_t>(i) - 2) * 3600);
        }
    }
}

TEST(DtsFromPts, BFramesThatBeginLaterAreMet) {
    std::vector<std::int64_t> bFrames(50, 0);
    bFrames.resize(80, 2);
    const auto numbers = pyramids(bFrames);
    DtsFromPts order(std::nullopt);
    const auto times = placed(order, scaled(numbers, 3600, 0));
    expectSound(times);
    EXPECT_EQ(order.reorderDepth(), depthOf(numbers));
    EXPECT_LE(order.lateFrames(), 2U);
    EXPECT_EQ(times.back().pts, numbers.back() * 3600);
}

TEST(DtsFromPts, PicturesBeforeTheFirstOneAreLateAtMost) {
    // An open group of pictures: I, then two B-frames that are shown before it.
    DtsFromPts order(1, 3000);
    const auto times = placed(order, {6000, 0, 3000, 15000, 9000, 12000});
    expectSound(times);
    EXPECT_EQ(order.lateFrames(), 2U);
    EXPECT_EQ(times[4], (FrameTimes{9000, 9000}));
}

TEST(DtsFromPts, FramesOfOneTimeStillRise) {
    DtsFromPts order(0);
    EXPECT_THAT(placed(order, {100, 100, 5000}),
                ElementsAre(FrameTimes{100, 100}, FrameTimes{101, 101}, FrameTimes{5000, 5000}));
    EXPECT_EQ(order.lateFrames(), 1U);
}

TEST(DtsFromPts, WhatItPromisesHoldsForAnyInput) {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        std::optional<unsigned> depth;
        if (round % 3 != 0) depth = random() % 20;
        DtsFromPts order(depth, 1 + static_cast<std::int64_t>(random() % 9000));
        std::vector<std::int64_t> pts;
        for (std::int64_t i = 0; i < 200; ++i) {
            const auto spread = static_cast<std::int64_t>(random() % (1 + 3000 * (round % 40)));
            pts.push_back(i * 3000 - spread + (random() % 50 == 0 ? 900'000 : 0));
        }
        expectSound(placed(order, pts));
        EXPECT_LE(order.reorderDepth(), DtsFromPts::kMaxReorderDepth);
    }
}

} // namespace
} // namespace hookcast::media
