#include "media/MixQueue.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace hookcast::media {
namespace {

FramePtr frame(FrameKind kind, FrameRole role, std::int64_t dtsMs) {
    auto made = std::make_shared<Frame>();
    made->kind = kind;
    made->role = role;
    made->dtsMs = dtsMs;
    return made;
}

/// Times of what comes out, as `v40 a50 h60`.
std::string textOf(const std::vector<FramePtr>& frames) {
    std::string text;
    for (const FramePtr& one : frames) {
        const bool isHeader = one->role == FrameRole::CodecConfig;
        const char* kind = isHeader ? "h" : one->kind == FrameKind::Audio ? "a" : "v";
        text += (text.empty() ? "" : " ") + std::string(kind) + std::to_string(one->dtsMs);
    }
    return text;
}

class MixQueueTest : public ::testing::Test {
  protected:
    std::string video(std::int64_t ms) { return textOf(queue_.push(frame(FrameKind::Video, FrameRole::Media, ms))); }
    std::string audio(std::int64_t ms) { return textOf(queue_.push(frame(FrameKind::Audio, FrameRole::Media, ms))); }
    std::string header(std::int64_t ms) {
        return textOf(queue_.push(frame(FrameKind::Video, FrameRole::CodecConfig, ms)));
    }

    MixQueue queue_;
};

TEST_F(MixQueueTest, AFrameWaitsForTheOtherTrack) {
    EXPECT_EQ(video(0), "");
    EXPECT_EQ(video(40), "");
    EXPECT_EQ(audio(10), "v0 a10");
    EXPECT_EQ(audio(20), "a20");
    EXPECT_EQ(audio(60), "v40");
    EXPECT_EQ(textOf(queue_.drain()), "a60");
    EXPECT_EQ(textOf(queue_.drain()), "");
}

TEST_F(MixQueueTest, OneTrackAloneIsDelayedByTen) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(video(i), "");
    EXPECT_EQ(video(10), "v0");
    EXPECT_EQ(video(11), "v1");
}

TEST_F(MixQueueTest, NothingPassesAHeader) {
    video(40);
    EXPECT_EQ(header(0), "v40 h0");
    video(80);
    EXPECT_EQ(audio(60), "a60");
}

TEST_F(MixQueueTest, FramesOfOneTimeKeepTheirOrder) {
    video(40);
    EXPECT_EQ(audio(40), "v40");
    EXPECT_EQ(textOf(queue_.drain()), "a40");
}

TEST_F(MixQueueTest, NothingIsLostOrDoubled) {
    std::minstd_rand random(7);
    std::size_t out = 0;
    for (int i = 0; i < 1000; ++i) {
        const FrameKind kind = random() % 2 == 0 ? FrameKind::Audio : FrameKind::Video;
        out += queue_.push(frame(kind, random() % 20 == 0 ? FrameRole::CodecConfig : FrameRole::Media, i)).size();
    }
    EXPECT_EQ(out + queue_.drain().size(), 1000U);
}

} // namespace
} // namespace hookcast::media
