#include "rtp/ReceiverStatistics.h"

#include <gtest/gtest.h>

namespace hookcast::rtp {
namespace {

constexpr std::uint32_t kSsrc = 7;

TEST(ReceiverStatistics, BeforeAnyPacketThereIsNothing) {
    ReceiverStatistics statistics(90000);
    ReportBlock nothing;
    nothing.ssrc = kSsrc;
    EXPECT_EQ(statistics.report(kSsrc, 1'000'000), nothing);
}

TEST(ReceiverStatistics, CountsLosses) {
    ReceiverStatistics statistics(90000);
    for (std::uint32_t i = 0; i < 100; ++i) {
        if (i % 4 != 3) statistics.onPacket(static_cast<std::uint16_t>(65500 + i), i * 3000, i * 33333);
    }
    const ReportBlock first = statistics.report(kSsrc, 0);
    EXPECT_EQ(first.ssrc, kSsrc);
    EXPECT_EQ(first.cumulativeLost, 24); // the last one that was lost is not missed yet
    EXPECT_EQ(first.fractionLost, 24 * 256 / 99);
    EXPECT_EQ(first.highestSequence, 0x10000U + (65500 + 98) % 65536);
    // From then on all come, and the one before.
    for (std::uint32_t i = 99; i < 200; ++i) {
        statistics.onPacket(static_cast<std::uint16_t>(65500 + i), i * 3000, i * 33333);
    }
    const ReportBlock second = statistics.report(kSsrc, 0);
    EXPECT_EQ(second.cumulativeLost, 24);
    EXPECT_EQ(second.fractionLost, 0);
}

TEST(ReceiverStatistics, DuplicatesMakeLossesNegative) {
    ReceiverStatistics statistics(90000);
    for (std::uint16_t i = 0; i < 10; ++i) {
        statistics.onPacket(i, 0, 0);
        statistics.onPacket(i, 0, 0);
    }
    const ReportBlock block = statistics.report(kSsrc, 0);
    EXPECT_EQ(block.cumulativeLost, -10);
    EXPECT_EQ(block.fractionLost, 0);
}

TEST(ReceiverStatistics, ASequenceThatBeginsAnewIsNoLoss) {
    ReceiverStatistics statistics(90000);
    for (std::uint16_t i = 0; i < 10; ++i) statistics.onPacket(i, 0, 0);
    statistics.onPacket(30000, 0, 0); // alone it says nothing
    EXPECT_EQ(statistics.report(kSsrc, 0).highestSequence, 9U);
    for (std::uint16_t i = 30001; i < 30010; ++i) statistics.onPacket(i, 0, 0);
    const ReportBlock block = statistics.report(kSsrc, 0);
    EXPECT_EQ(block.highestSequence, 30009U);
    EXPECT_EQ(block.cumulativeLost, 0);
}

TEST(ReceiverStatistics, EvenArrivalHasNoJitter) {
    ReceiverStatistics statistics(90000);
    for (std::uint32_t i = 0; i < 100; ++i) {
        statistics.onPacket(static_cast<std::uint16_t>(i), 0xFFFFF000U + i * 3600, std::int64_t{i} * 40'000);
    }
    EXPECT_EQ(statistics.report(kSsrc, 0).jitter, 0U);
}

TEST(ReceiverStatistics, JitterApproachesTheMeanDeviation) {
    ReceiverStatistics statistics(8000);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        const std::int64_t lateUs = i % 2 == 0 ? 0 : 10'000;
        statistics.onPacket(static_cast<std::uint16_t>(i), i * 160, std::int64_t{i} * 20'000 + lateUs);
    }
    EXPECT_NEAR(statistics.report(kSsrc, 0).jitter, 80, 1);
}

TEST(ReceiverStatistics, TellsTheAgeOfTheLastSenderReport) {
    ReceiverStatistics statistics(90000);
    SenderReport report;
    report.ntpTime = 0x1111222233334444;
    statistics.onSenderReport(report, 5'000'000);
    const ReportBlock block = statistics.report(kSsrc, 6'500'000);
    EXPECT_EQ(block.lastSenderReport, 0x22223333U);
    EXPECT_EQ(block.delaySinceLastSenderReport, 65536U * 3 / 2);
}

} // namespace
} // namespace hookcast::rtp
