#include "hls/MemoryBudget.h"

#include "unit/hls/DiskSegments.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hookcast::hls {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::uint64_t kMb = 1024 * 1024;

/// The segments of a stream, which take as much as a test says. None leaves the window by itself.
struct Show {
    explicit Show(MemoryBudget& budget) : share(std::make_shared<MemoryBudget::Share>(budget, window)) {
        window.addListener(share);
    }

    void complete(std::uint64_t sizeBytes) {
        Segment segment = diskSegment(window.nextSequence());
        segment.sizeBytes = sizeBytes;
        window.complete(std::make_shared<const Segment>(std::move(segment)));
    }

    /// The numbers of what can be fetched.
    std::vector<std::uint64_t> numbers() const {
        std::vector<std::uint64_t> all;
        for (const SegmentPtr& segment : window.view()->segments) all.push_back(segment->sequence);
        return all;
    }

    SegmentWindow window{{3'600'000, 1024 * kMb}};
    std::shared_ptr<MemoryBudget::Share> share;
};

/// Ten MiB for all.
class MemoryBudgetTest : public ::testing::Test {
  protected:
    static std::shared_ptr<const config::Config> configOf(std::uint32_t memoryMb) {
        auto config = std::make_shared<config::Config>();
        config->limits.hlsMemoryMb = memoryMb;
        return config;
    }

    support::TempDir folder_;
    std::optional<base::Log> log_{std::in_place, base::LogLevel::Trace, folder_.file("log")};
    config::CurrentConfig config_{configOf(10)};
    MemoryBudget budget_{*log_, config_};
    std::optional<Show> one_{std::in_place, budget_};
    std::optional<Show> other_{std::in_place, budget_};
};

TEST_F(MemoryBudgetTest, CountsWhatAllStreamsTake) {
    one_->complete(3 * kMb);
    other_->complete(1);
    EXPECT_EQ(budget_.sizeBytes(), 3 * kMb + 1);
    one_->window.clear();
    EXPECT_EQ(budget_.sizeBytes(), 1U);
    one_->complete(5);
    EXPECT_EQ(budget_.sizeBytes(), 6U);
    other_.reset();
    EXPECT_EQ(budget_.sizeBytes(), 5U) << "a stream that is disposed of gives its part back";
    EXPECT_EQ(budget_.dropped(), 0U);
}

TEST_F(MemoryBudgetTest, AsMuchAsThereIsMayBeTaken) {
    one_->complete(4 * kMb);
    one_->complete(6 * kMb);
    EXPECT_THAT(one_->numbers(), ElementsAre(0, 1));
    EXPECT_EQ(budget_.dropped(), 0U);
    one_->complete(1);
    EXPECT_THAT(one_->numbers(), ElementsAre(1, 2));
    EXPECT_EQ(budget_.dropped(), 1U);
    EXPECT_EQ(budget_.sizeBytes(), 6 * kMb + 1);
}

TEST_F(MemoryBudgetTest, WhoHasMostLosesTheOldestWhoeverHasMore) {
    for (int i = 0; i < 4; ++i) one_->complete(2 * kMb);
    other_->complete(kMb);
    other_->complete(3 * kMb);
    EXPECT_THAT(one_->numbers(), ElementsAre(1, 2, 3));
    EXPECT_THAT(other_->numbers(), ElementsAre(0, 1));
    EXPECT_EQ(budget_.sizeBytes(), 10 * kMb);
}

TEST_F(MemoryBudgetTest, AsManyGoAsHaveTo) {
    for (int i = 0; i < 10; ++i) one_->complete(kMb);
    other_->complete(3 * kMb);
    EXPECT_THAT(one_->numbers(), ElementsAre(3, 4, 5, 6, 7, 8, 9));
    EXPECT_EQ(budget_.dropped(), 3U);
}

TEST_F(MemoryBudgetTest, TheLastOneOfEachStreamStays) {
    one_->complete(8 * kMb);
    other_->complete(8 * kMb);
    EXPECT_EQ(budget_.sizeBytes(), 16 * kMb);
    EXPECT_EQ(budget_.dropped(), 0U);
    other_->complete(8 * kMb);
    EXPECT_THAT(one_->numbers(), ElementsAre(0));
    EXPECT_THAT(other_->numbers(), ElementsAre(1));
}

TEST_F(MemoryBudgetTest, AStreamWithOneLargeSegmentDoesNotKeepTheOthersFromLosingTheirs) {
    for (int i = 0; i < 5; ++i) other_->complete(kMb);
    one_->complete(8 * kMb);
    EXPECT_THAT(one_->numbers(), ElementsAre(0));
    EXPECT_THAT(other_->numbers(), ElementsAre(3, 4));
    EXPECT_EQ(budget_.sizeBytes(), 10 * kMb);
}

TEST_F(MemoryBudgetTest, WhatIsOnADiskTakesNothingAndStays) {
    for (int i = 0; i < 3; ++i) one_->complete(3 * kMb);
    one_->window.release(0);
    one_->window.release(1);
    other_->complete(2 * kMb);
    EXPECT_EQ(budget_.sizeBytes(), 11 * kMb) << "of what was released one is told with the next change";
    EXPECT_THAT(one_->numbers(), ElementsAre(0, 1, 2));
    one_->complete(3 * kMb);
    EXPECT_EQ(budget_.sizeBytes(), 8 * kMb);
    EXPECT_EQ(budget_.dropped(), 0U);
    one_->complete(3 * kMb);
    EXPECT_THAT(one_->numbers(), ElementsAre(0, 1, 2, 3, 4)) << "nothing would come of it";
}

TEST_F(MemoryBudgetTest, AReloadCountsFromTheNextChangeOn) {
    for (int i = 0; i < 4; ++i) one_->complete(2 * kMb);
    config_.replace(configOf(4));
    EXPECT_EQ(budget_.dropped(), 0U);
    other_->complete(1);
    EXPECT_THAT(one_->numbers(), ElementsAre(3));
    EXPECT_EQ(budget_.sizeBytes(), 2 * kMb + 1);
    config_.replace(configOf(0));
    one_->complete(1);
    EXPECT_THAT(one_->numbers(), ElementsAre(4));
    EXPECT_EQ(budget_.sizeBytes(), 2U) << "one of each";
}

TEST_F(MemoryBudgetTest, TheLogHasOneLine) {
    for (int i = 0; i < 100; ++i) one_->complete(2 * kMb);
    EXPECT_EQ(budget_.dropped(), 95U);
    one_.reset();
    other_.reset();
    EXPECT_EQ(budget_.sizeBytes(), 0U);
    log_.reset(); // all is written then
    const auto lines = support::linesOf(folder_.file("log"));
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_THAT(lines[0], HasSubstr("hls_memory"));
}

} // namespace
} // namespace hookcast::hls
