#include "media/StreamTimeline.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace hookcast::media {
namespace {

using config::TimeJitter;

constexpr std::int64_t kLead = StreamTimeline::kLeadMs;
constexpr std::int64_t kWrap = std::int64_t{1} << 32U;

/// A timeline on a clock that the test moves.
class Bench {
  public:
    explicit Bench(TimeJitter mode, std::optional<std::int64_t> resumeAtMs = std::nullopt)
        : timeline(mode, resumeAtMs) {}

    std::int64_t video(std::uint32_t ms) { return place(FrameKind::Video, FrameRole::Media, ms); }
    std::int64_t audio(std::uint32_t ms) { return place(FrameKind::Audio, FrameRole::Media, ms); }
    std::int64_t videoConfig(std::uint32_t ms) { return place(FrameKind::Video, FrameRole::CodecConfig, ms); }
    std::int64_t metadata(std::uint32_t ms) { return place(FrameKind::Data, FrameRole::Metadata, ms); }
    std::int64_t place(FrameKind kind, FrameRole role, std::uint32_t ms) {
        return timeline.place(kind, role, ms, nowMs).streamMs;
    }

    StreamTimeline timeline;
    std::int64_t nowMs = 77'000;
};

TEST(StreamTimelineOff, KeepsThePublishersTimes) {
    Bench bench(TimeJitter::Off, 100'000);
    EXPECT_EQ(bench.metadata(0), 0);
    EXPECT_EQ(bench.video(5000), 5000);
    EXPECT_EQ(bench.video(9'000'000), 9'000'000);
    EXPECT_EQ(bench.audio(4980), 4980);
    EXPECT_EQ(bench.timeline.latestMs(), 9'000'000);
}

TEST(StreamTimelineOff, GoesOnWhereTimestampsWrap) {
    Bench bench(TimeJitter::Off);
    EXPECT_EQ(bench.video(0xFFFFFFF0), 0xFFFFFFF0);
    EXPECT_EQ(bench.video(0x10), kWrap + 0x10);
    EXPECT_EQ(bench.audio(0xFFFFFFF8), 0xFFFFFFF8) << "a late frame from before the wrap";
    EXPECT_EQ(bench.video(0x20), kWrap + 0x20);
}

TEST(StreamTimelineOff, GoesOnOverManyWraps) {
    Bench bench(TimeJitter::Off);
    std::int64_t expected = 0;
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(bench.video(static_cast<std::uint32_t>(expected)), expected);
        expected += 0x7FFFFFFF;
    }
}

class BeginsAtZero : public ::testing::TestWithParam<TimeJitter> {};

TEST_P(BeginsAtZero, ATimeThatIsNearItIsKept) {
    Bench bench(GetParam());
    EXPECT_EQ(bench.video(80), 80);
    EXPECT_EQ(bench.audio(10), 10);
    EXPECT_EQ(bench.video(120), 120);
    EXPECT_EQ(Bench(GetParam()).video(kLead), kLead);
}

TEST_P(BeginsAtZero, ALaterOneBecomesTheLead) {
    Bench bench(GetParam());
    EXPECT_EQ(bench.metadata(0), 0);
    EXPECT_EQ(bench.videoConfig(0), 0);
    EXPECT_EQ(bench.video(50'000), kLead);
    EXPECT_EQ(bench.audio(49'900), kLead - 100) << "a track that is a little behind keeps its distance";
    EXPECT_EQ(bench.video(50'040), kLead + 40);
    EXPECT_EQ(bench.timeline.latestMs(), kLead + 40);
}

TEST_P(BeginsAtZero, NothingComesBeforeTheBeginning) {
    Bench bench(GetParam());
    EXPECT_EQ(bench.video(10'000), kLead);
    EXPECT_EQ(bench.audio(9'400), 0);
    EXPECT_EQ(bench.audio(9'600), 200) << "and nothing stands still there";
    EXPECT_EQ(bench.video(10'040), 640) << "the other track keeps its distance";
}

TEST_P(BeginsAtZero, ATrackWithAClockFarBehindBeginsWhereTheOtherIs) {
    for (const std::uint32_t aheadMs : {3000U, 10'000U, 3'600'000U}) {
        Bench bench(GetParam());
        bench.audio(aheadMs);
        bench.audio(aheadMs + 23);
        EXPECT_EQ(bench.video(0), kLead + 23) << aheadMs;
        EXPECT_EQ(bench.video(40), kLead + 63);
        EXPECT_EQ(bench.audio(aheadMs + 46), kLead + 46);
        EXPECT_EQ(bench.videoConfig(41), kLead + 64);
    }
}

TEST_P(BeginsAtZero, StepsBackAtTheBeginningDoNotHoldATrackThere) {
    Bench bench(GetParam());
    bench.audio(50'000);
    bench.video(50'000);
    EXPECT_EQ(bench.video(49'200), 0);
    EXPECT_EQ(bench.video(49'240), 40);
    EXPECT_EQ(bench.audio(49'250), 50);
}

TEST_P(BeginsAtZero, OrGoesOnWhereAnEarlierPublicationEnded) {
    Bench bench(GetParam(), 100'000);
    EXPECT_EQ(bench.timeline.latestMs(), 100'000);
    EXPECT_EQ(bench.metadata(0), 100'000);
    EXPECT_EQ(bench.video(9'000'000), 100'000 + kLead);
    EXPECT_EQ(bench.video(9'000'040), 100'040 + kLead);
    EXPECT_EQ(bench.audio(8'999'000), 100'000);
    EXPECT_EQ(bench.audio(8'999'023), 100'023);
    EXPECT_EQ(Bench(GetParam(), 100'000).video(0), 100'000);
}

TEST_P(BeginsAtZero, SmallStepsBackAreKept) {
    Bench bench(GetParam());
    bench.video(0);
    EXPECT_EQ(bench.video(980), 980);
    EXPECT_EQ(bench.audio(940), 940);
    EXPECT_EQ(bench.timeline.latestMs(), 980) << "the latest stays";
}

TEST_P(BeginsAtZero, WrapsAreNoJumps) {
    Bench bench(GetParam());
    EXPECT_EQ(bench.video(0xFFFFFFF0), kLead);
    EXPECT_EQ(bench.video(0x10), kLead + 0x20);
}

TEST_P(BeginsAtZero, HeadersThatComeAgainHaveTheTimeOfTheirTrack) {
    Bench bench(GetParam());
    bench.video(50'000);
    bench.video(50'040);
    EXPECT_EQ(bench.videoConfig(50'080), kLead + 80);
    EXPECT_EQ(bench.videoConfig(0), kLead + 80) << "no time of the stream's: the newest";
    EXPECT_EQ(bench.metadata(0), kLead + 80);
    EXPECT_EQ(bench.metadata(50'100), kLead + 100);
    EXPECT_EQ(bench.video(50'120), kLead + 120);
}

INSTANTIATE_TEST_SUITE_P(Modes, BeginsAtZero, ::testing::Values(TimeJitter::Zero, TimeJitter::Full),
                         [](const auto& info) { return info.param == TimeJitter::Zero ? "zero" : "full"; });

TEST(StreamTimelineZero, KeepsJumps) {
    Bench bench(TimeJitter::Zero);
    bench.video(0);
    EXPECT_EQ(bench.video(900'000), 900'000);
}

TEST(StreamTimelineZero, GoesOnWhenTheClockBeginsAnew) {
    Bench bench(TimeJitter::Zero);
    bench.video(901'000);
    bench.audio(901'005);
    EXPECT_EQ(bench.video(0), 0);
    EXPECT_EQ(bench.video(40), 40);
    EXPECT_EQ(bench.audio(45), 45) << "it follows, and keeps its distance";
    EXPECT_EQ(bench.audio(68), 68);
}

/// Tracks whose clocks lie apart by whatever there is, each at its own pace, in any order: each goes on, and at its
/// pace.
TEST(StreamTimeline, EachTrackKeepsMoving) {
    for (const TimeJitter mode : {TimeJitter::Zero, TimeJitter::Full}) {
        for (const std::uint32_t apartMs : {0U, 10U, 490U, 510U, 999U, 1001U, 2500U, 10'000U, 3'600'000U, 0x7FFFFFFFU,
                                            0x80000000U, 0x80000001U, 0xFFFFFF00U}) {
            for (const bool soundFirst : {false, true}) {
                Bench bench(mode, 5000);
                std::int64_t video = -1;
                std::int64_t audio = -1;
                for (std::uint32_t ms = 0; ms < 20'000; ms += 40, bench.nowMs += 40) {
                    const std::int64_t first = soundFirst ? bench.audio(ms + apartMs) : bench.video(ms);
                    const std::int64_t second = soundFirst ? bench.video(ms) : bench.audio(ms + apartMs);
                    const std::int64_t nextVideo = soundFirst ? second : first;
                    const std::int64_t nextAudio = soundFirst ? first : second;
                    if (ms >= 80) {
                        ASSERT_EQ(nextVideo, video + 40) << apartMs << " at " << ms;
                        ASSERT_EQ(nextAudio, audio + 40) << apartMs << " at " << ms;
                    }
                    video = nextVideo;
                    audio = nextAudio;
                }
            }
        }
    }
}

TEST(StreamTimeline, TracksOfOneKindHaveClocksOfTheirOwn) {
    Bench bench(TimeJitter::Full);
    const auto second = [&bench](std::uint32_t ms) {
        return bench.timeline.place(FrameKind::Audio, FrameRole::Media, ms, bench.nowMs, 1).streamMs;
    };
    EXPECT_EQ(bench.audio(0), 0);
    EXPECT_EQ(second(9000), 9000);
    EXPECT_EQ(bench.audio(23), 23);
    EXPECT_EQ(second(9023), 9023);
    EXPECT_EQ(bench.audio(46), 46);
}

TEST(StreamTimelineFull, AJumpForwardBecomesAStep) {
    Bench bench(TimeJitter::Full);
    bench.video(0);
    EXPECT_EQ(bench.video(901'000), StreamTimeline::kJumpBecomesMs);
    EXPECT_EQ(bench.video(901'040), StreamTimeline::kJumpBecomesMs + 40);
}

TEST(StreamTimelineFull, AJumpBackBecomesAStep) {
    Bench bench(TimeJitter::Full);
    bench.video(901'000);
    bench.video(901'040);
    EXPECT_EQ(bench.video(0), kLead + 50);
    EXPECT_EQ(bench.video(40), kLead + 90);
}

TEST(StreamTimelineFull, TheOtherTrackFollowsAndKeepsItsDistance) {
    Bench bench(TimeJitter::Full);
    bench.video(901'000);
    bench.audio(901'005);
    EXPECT_EQ(bench.video(0), kLead + 15);
    EXPECT_EQ(bench.audio(901'028), kLead + 28) << "what was sent before the jump";
    EXPECT_EQ(bench.audio(5), kLead + 20);
    EXPECT_EQ(bench.video(40), kLead + 55);
    EXPECT_EQ(bench.audio(45), kLead + 60);
}

TEST(StreamTimelineFull, TracksThatAreFarApartStaySo) {
    Bench bench(TimeJitter::Full);
    EXPECT_EQ(bench.audio(0), 0);
    EXPECT_EQ(bench.video(5000), 5000);
    EXPECT_EQ(bench.audio(23), 23);
    EXPECT_EQ(bench.video(5040), 5040);
}

TEST(StreamTimelineFull, APauseThatHasReallyPassedIsNoJump) {
    Bench bench(TimeJitter::Full);
    bench.video(0);
    bench.nowMs += 60'000;
    EXPECT_EQ(bench.video(60'000), 60'000);
    bench.nowMs += 60'000;
    EXPECT_EQ(bench.video(121'001), 60'010) << "a second more than has passed, and one millisecond";
}

TEST(StreamTimelineFull, WhatIsSentFasterThanItPlaysIsNoJump) {
    Bench bench(TimeJitter::Full);
    for (std::uint32_t ms = 0; ms < 100'000; ms += 1000) EXPECT_EQ(bench.video(ms), ms);
}

TEST(StreamTimeline, SaysWhatThePublishersTimeWas) {
    Bench bench(TimeJitter::Full);
    EXPECT_EQ(bench.timeline.place(FrameKind::Video, FrameRole::Media, 5000, 0).publisherMs, 5000);
    EXPECT_EQ(bench.timeline.place(FrameKind::Video, FrameRole::Media, 900'000, 0).publisherMs, 900'000);
}

TEST(StreamTimeline, MayBeToldToKeepThePublishersTimes) {
    Bench bench(TimeJitter::Full, 100);
    bench.timeline.keepPublisherTimes();
    EXPECT_EQ(bench.video(50'000), 50'000);
}

} // namespace
} // namespace hookcast::media
