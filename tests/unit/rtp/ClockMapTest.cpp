#include "rtp/ClockMap.h"

#include <gtest/gtest.h>

#include <random>

namespace hookcast::rtp {
namespace {

constexpr std::int64_t kSecond = ClockMap::kTicksPerSecond;
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kWallUs = 1'700'000'000'000'000;

SenderReport reportAt(std::int64_t wallUs, std::uint32_t rtpTimestamp) {
    SenderReport report;
    report.ntpTime = ntpFromUnixUs(wallUs);
    report.rtpTimestamp = rtpTimestamp;
    return report;
}

TEST(ClockMap, TheFirstUnitBeginsTheTimeline) {
    ClockMap clock(5 * kSecond);
    const std::size_t video = clock.addTrack(90000);
    EXPECT_EQ(clock.place(video, 123456, 77 * kSecondUs), 5 * kSecond);
    EXPECT_EQ(clock.place(video, 123456 + 3000, 78 * kSecondUs), 5 * kSecond + 3000);
    EXPECT_EQ(clock.place(video, 123456 - 3000, 78 * kSecondUs), 5 * kSecond - 3000);
}

TEST(ClockMap, TimestampsWrap) {
    ClockMap clock;
    const std::size_t audio = clock.addTrack(48000);
    EXPECT_EQ(clock.place(audio, 0xFFFFFFFF - 959, 0), 0);
    EXPECT_EQ(clock.place(audio, 0, 20'000), 1800);
    EXPECT_EQ(clock.place(audio, 960, 40'000), 3600);
    EXPECT_EQ(clock.place(audio, 0xFFFFFFFF - 959, 40'000), 0);
}

TEST(ClockMap, LongStreamsDoNotDrift) {
    ClockMap clock;
    const std::size_t audio = clock.addTrack(44100);
    std::int64_t latest = 0;
    std::uint64_t sample = 4'000'000'000;
    for (int i = 0; i < 5'000'000; ++i, sample += 1024) {
        latest = clock.place(audio, static_cast<std::uint32_t>(sample), static_cast<std::int64_t>(i) * 23'220);
    }
    const std::int64_t exact = 4'999'999LL * 1024 * kSecond / 44100;
    EXPECT_NEAR(static_cast<double>(latest), static_cast<double>(exact), 2);
}

TEST(ClockMap, WithoutReportsTracksBeginWhenTheyArrive) {
    ClockMap clock(kSecond);
    const std::size_t video = clock.addTrack(90000);
    const std::size_t audio = clock.addTrack(8000);
    EXPECT_EQ(clock.place(video, 1, 10 * kSecondUs), kSecond);
    EXPECT_EQ(clock.place(audio, 99999, 10 * kSecondUs + 250'000), kSecond + kSecond / 4);
}

TEST(ClockMap, ReportsBeforeTheFirstUnitsAlignTracksExactly) {
    ClockMap clock(kSecond);
    const std::size_t video = clock.addTrack(90000);
    const std::size_t audio = clock.addTrack(48000);
    clock.onSenderReport(video, reportAt(kWallUs, 1000));
    EXPECT_EQ(clock.place(video, 1000, 0), kSecond);
    // The audio's report says that its first unit was taken 100 ms before the video's, though it arrives later.
    clock.onSenderReport(audio, reportAt(kWallUs, 500'000));
    EXPECT_NEAR(clock.place(audio, 500'000 - 4800, 300'000), kSecond - kSecond / 10, 1);
}

TEST(ClockMap, ALateReportMovesOnlyForward) {
    // The second track was placed 300 ms late: aligning moves the first one forward.
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    const std::size_t audio = clock.addTrack(90000);
    clock.onSenderReport(video, reportAt(kWallUs, 0));
    EXPECT_EQ(clock.place(video, 0, 0), 0);
    EXPECT_EQ(clock.place(audio, 0, 300'000), 27000);
    clock.onSenderReport(audio, reportAt(kWallUs, 0));
    EXPECT_EQ(clock.place(audio, 9000, 400'000), 36000);
    EXPECT_EQ(clock.place(video, 9000, 400'000), 36000);
}

TEST(ClockMap, ALateReportMovesALaggingTrackForward) {
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    const std::size_t audio = clock.addTrack(90000);
    EXPECT_EQ(clock.place(video, 0, 0), 0);
    EXPECT_EQ(clock.place(audio, 0, 0), 0);
    clock.onSenderReport(video, reportAt(kWallUs, 0));
    EXPECT_EQ(clock.place(video, 9000, 100'000), 9000);
    clock.onSenderReport(audio, reportAt(kWallUs + 500'000, 0));
    EXPECT_EQ(clock.place(audio, 9000, 100'000), 9000 + 45000);
    EXPECT_EQ(clock.place(video, 18000, 200'000), 18000);
}

TEST(ClockMap, ReportsWithinToleranceChangeNothing) {
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    clock.onSenderReport(video, reportAt(kWallUs, 0));
    for (std::uint32_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(clock.place(video, i * 3000, std::int64_t{i} * 33'333), std::int64_t{i} * 3000);
        if (i % 100 == 0) {
            clock.onSenderReport(video, reportAt(kWallUs + std::int64_t{i} * 33'333 + (i % 7) * 1000, i * 3000));
        }
    }
}

TEST(ClockMap, DriftIsCorrectedLittleByLittle) {
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    clock.onSenderReport(video, reportAt(kWallUs, 0));
    clock.place(video, 0, 0);
    // After a second, the report says that the clock is 50 ms slow; after that, that it is right.
    clock.onSenderReport(video, reportAt(kWallUs + 1'050'000, 90000));
    std::int64_t previous = 0;
    for (std::uint32_t i = 1; i < 300; ++i) {
        const std::int64_t time = clock.place(video, i * 3000, std::int64_t{i} * 33'333);
        EXPECT_GE(time - previous, 3000);
        EXPECT_LE(time - previous, 3000 + 3000 / 64);
        previous = time;
    }
    EXPECT_NEAR(static_cast<double>(previous), 299 * 3000 + 4500, 1);
}

TEST(ClockMap, ReportsOfUnrelatedClocksAreIgnored) {
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    const std::size_t audio = clock.addTrack(90000);
    clock.place(video, 0, 0);
    clock.place(audio, 0, 0);
    clock.onSenderReport(video, reportAt(kWallUs, 0));
    clock.onSenderReport(audio, reportAt(0, 0));
    EXPECT_EQ(clock.ignoredReports(), 1U);
    EXPECT_EQ(clock.place(audio, 3000, 33'333), 3000);
    clock.onSenderReport(audio, SenderReport()); // no wall clock at all
    EXPECT_EQ(clock.ignoredReports(), 1U);
}

TEST(ClockMap, AWallClockThatIsSetTiesTheTracksAnew) {
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    const std::size_t audio = clock.addTrack(90000);
    clock.onSenderReport(video, reportAt(1'000'000, 0));
    clock.onSenderReport(audio, reportAt(1'000'000, 0));
    EXPECT_EQ(clock.place(video, 0, 0), 0);
    EXPECT_EQ(clock.place(audio, 0, 0), 0);
    clock.onSenderReport(video, reportAt(kWallUs, 90000));
    clock.onSenderReport(audio, reportAt(kWallUs, 90000));
    EXPECT_EQ(clock.place(video, 90000, kSecondUs), 90000);
    EXPECT_EQ(clock.place(audio, 90000, kSecondUs), 90000);
    EXPECT_EQ(clock.ignoredReports(), 0U);
}

TEST(ClockMap, ATrackThatBeginsAnewGoesOn) {
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    EXPECT_EQ(clock.place(video, 1'000'000'000, 0), 0);
    EXPECT_EQ(clock.place(video, 1'000'003'000, 33'333), 3000);
    EXPECT_EQ(clock.place(video, 5, 66'666), 3000 + 2999);
    EXPECT_EQ(clock.place(video, 3005, 100'000), 3000 + 2999 + 3000);
}

TEST(ClockMap, APauseIsNoNewBeginning) {
    // 30 s in which nothing arrives, and the timestamps say so; then 30 s that arrive at once.
    ClockMap clock;
    const std::size_t video = clock.addTrack(90000);
    clock.place(video, 0, 0);
    EXPECT_EQ(clock.place(video, 30 * kSecond, 30 * kSecondUs), 30 * kSecond);
    EXPECT_EQ(clock.place(video, 30 * kSecond + 3000, 60 * kSecondUs), 30 * kSecond + 3000);
}

TEST(ClockMap, NoReportMakesTimeJumpBack) {
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        ClockMap clock(100 * kSecond);
        const std::size_t tracks = 1 + random() % 3;
        std::vector<std::uint32_t> timestamps;
        std::vector<std::int64_t> latest(tracks, 0);
        for (std::size_t i = 0; i < tracks; ++i) {
            clock.addTrack(90000);
            timestamps.push_back(static_cast<std::uint32_t>(random()));
        }
        std::int64_t nowUs = 0;
        for (int i = 0; i < 500; ++i) {
            const std::size_t track = random() % tracks;
            nowUs += 10'000;
            timestamps[track] += 900 * static_cast<std::uint32_t>(tracks);
            if (random() % 10 == 0) {
                const std::int64_t offUs = static_cast<std::int64_t>(random() % 30'000'000) - 15'000'000;
                clock.onSenderReport(track, reportAt(kWallUs + nowUs + offUs, timestamps[track]));
            }
            const std::int64_t time = clock.place(track, timestamps[track], nowUs);
            ASSERT_GT(time, latest[track]);
            latest[track] = time;
        }
    }
}

} // namespace
} // namespace hookcast::rtp
