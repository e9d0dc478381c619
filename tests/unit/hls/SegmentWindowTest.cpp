#include "hls/SegmentWindow.h"
#include "hls/PlaylistText.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace hookcast::hls {
namespace {

class SegmentWindowTest : public testing::Test {
  protected:
    SegmentPtr segment(std::uint64_t sequence, std::int64_t durationMs, std::size_t parts = 1) const {
        Segment one;
        one.sequence = sequence;
        one.durationUs = durationMs * 1000;
        one.name = "one-" + std::to_string(sequence) + ".ts";
        one.parts.resize(parts);
        return std::make_shared<const Segment>(std::move(one));
    }

    void complete(std::uint64_t sequence, std::int64_t durationMs) {
        window_.raiseTargetDuration(durationMs);
        window_.complete(segment(sequence, durationMs));
        const std::string text = mediaPlaylist(*window_.view(), {});
        const std::string tag = "#EXT-X-MEDIA-SEQUENCE:";
        const std::uint64_t first = std::stoull(text.substr(text.find(tag) + tag.size()));
        EXPECT_GE(first, first_) << "what has left the playlist is back";
        first_ = first;
    }

    SegmentWindow window_{{60'000, 64 * 1024 * 1024, 6000}};
    std::uint64_t first_ = 0; ///< in the newest playlist
};

TEST_F(SegmentWindowTest, APlaylistIsAsLongAsItIsToBe) {
    for (std::uint64_t i = 0; i < 10; ++i) complete(i, 2000);
    EXPECT_EQ(first_, 7U);
    EXPECT_EQ(window_.view()->segments.size(), 10U) << "what has left it can be fetched still";
}

TEST_F(SegmentWindowTest, ARisingTargetDurationBringsNothingBack) {
    for (std::uint64_t i = 0; i < 10; ++i) complete(i, 2000);
    complete(10, 6000);
    EXPECT_EQ(first_, 7U) << "three target durations are 18 s now";
    complete(11, 6000);
    complete(12, 6000);
    complete(13, 6000);
    EXPECT_EQ(first_, 11U);
}

TEST_F(SegmentWindowTest, AnotherLengthCountsFromTheNextSegmentOnAndBringsNothingBack) {
    for (std::uint64_t i = 0; i < 10; ++i) complete(i, 2000);
    window_.setLimits({60'000, 64 * 1024 * 1024, 20'000});
    for (std::uint64_t i = 10; i < 16; ++i) complete(i, 2000);
    EXPECT_EQ(first_, 7U) << "it grows";
    complete(17, 2000);
    complete(18, 2000);
    EXPECT_GE(first_, 8U);
    window_.setLimits({60'000, 64 * 1024 * 1024, 6000});
    complete(19, 2000);
    EXPECT_EQ(first_, 17U);
}

TEST_F(SegmentWindowTest, WhatIsRecoveredIsListedAsBefore) {
    window_.recover({segment(5, 2000), segment(6, 2000)}, 7, 0);
    EXPECT_THAT(mediaPlaylist(*window_.view(), {}), testing::HasSubstr("#EXT-X-MEDIA-SEQUENCE:5\n"));
    first_ = 5;
    for (std::uint64_t i = 7; i < 12; ++i) complete(i, 2000);
    EXPECT_EQ(first_, 9U);
}

TEST_F(SegmentWindowTest, ThePartBehindASegmentsLastIsTheNextOnesFirst) {
    window_.complete(segment(0, 1000, 5));
    window_.complete(segment(1, 1000, 5), segment(2, 0, 0));
    const auto has = [this](std::uint64_t sequence, std::size_t part) { return window_.view()->has(sequence, part); };
    EXPECT_TRUE(has(1, 4));
    EXPECT_FALSE(has(1, 5));
    EXPECT_FALSE(has(1, 700));
    EXPECT_TRUE(has(0, 700)) << "there is more than that";
    EXPECT_FALSE(has(2, 0));
    window_.update(segment(2, 0, 1));
    EXPECT_TRUE(has(1, 5));
    EXPECT_TRUE(has(2, 0));
    EXPECT_FALSE(has(2, 1));
    EXPECT_FALSE(has(3, 0));
}

} // namespace
} // namespace hookcast::hls
