#include "hub/WireLog.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

constexpr std::size_t kSlab = Slab::kSizeBytes;

media::Frame frame(std::int64_t dtsMs = 0, media::FrameKind kind = media::FrameKind::Video) {
    media::Frame frame;
    frame.kind = kind;
    frame.dtsMs = dtsMs;
    return frame;
}

/// Text in which every place is different for the length of a slab.
std::string text(std::size_t size, std::size_t seed) {
    std::string text;
    for (std::size_t i = seed; text.size() < size; ++i) text += std::to_string(i) + ",";
    text.resize(size);
    return text;
}

void add(WireLog& log, const std::string& entry, std::int64_t dtsMs = 0) {
    log.append(base::asBytes(entry));
    ASSERT_TRUE(log.endEntry(frame(dtsMs)));
}

std::string read(const WireLog& log, std::uint64_t offset, std::uint64_t end) {
    std::string out;
    std::array<iovec, WireLog::kMaxRanges> space{};
    while (offset < end) {
        const auto ranges = log.bytes(offset, end, space);
        EXPECT_FALSE(ranges.empty());
        for (const iovec& range : ranges) {
            out.append(static_cast<const char*>(range.iov_base), range.iov_len);
            offset += range.iov_len;
        }
    }
    return out;
}

std::string readEntry(const WireLog& log, std::uint64_t sequence) {
    return read(log, log.beginOffset(sequence), log.entry(sequence).endOffset);
}

TEST(WireLog, IsEmptyAtFirst) {
    const WireLog log;
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(log.endSequence(), 0U);
    EXPECT_EQ(log.endOffset(), 0U);
    EXPECT_EQ(log.sizeBytes(), 0U);
    EXPECT_EQ(log.newestDtsMs(), 0);
    EXPECT_EQ(log.newestSync(), nullptr);
    EXPECT_FALSE(log.hasVideo());
}

TEST(WireLog, CountsEntriesAndBytes) {
    WireLog log;
    log.append(base::asBytes("he"));
    log.append(base::asBytes("llo"));
    log.endEntry(frame(40, media::FrameKind::Audio));
    EXPECT_FALSE(log.hasVideo());
    add(log, "you", 80);
    EXPECT_TRUE(log.hasVideo());
    EXPECT_EQ(log.endSequence(), 2U);
    EXPECT_EQ(log.endOffset(), 8U);
    EXPECT_EQ(log.newestDtsMs(), 80);
    EXPECT_EQ(log.entry(0).kind, media::FrameKind::Audio);
    EXPECT_EQ(log.beginOffset(0), 0U);
    EXPECT_EQ(log.beginOffset(1), 5U);
    EXPECT_EQ(log.beginOffset(2), 8U);
    EXPECT_EQ(readEntry(log, 0), "hello");
    EXPECT_EQ(readEntry(log, 1), "you");
}

TEST(WireLog, AnEntryWithoutBytesLeavesNoTrace) {
    WireLog log;
    EXPECT_FALSE(log.endEntry(frame()));
    EXPECT_TRUE(log.empty());
    EXPECT_FALSE(log.hasVideo());
    add(log, "x");
    EXPECT_FALSE(log.endEntry(frame()));
    EXPECT_EQ(log.endSequence(), 1U);
}

/// At, before and behind a slab's border, and over several at once.
TEST(WireLog, CrossesSlabBorders) {
    for (const std::size_t first : {kSlab - 1, kSlab, kSlab + 1, 2 * kSlab, 3 * kSlab + 7}) {
        WireLog log;
        const std::vector<std::string> entries = {text(first, 1), text(kSlab, 100'000), text(1, 7), text(5 * kSlab, 3)};
        for (const std::string& entry : entries) add(log, entry);
        for (std::size_t i = 0; i < entries.size(); ++i)
            EXPECT_TRUE(readEntry(log, i) == entries[i]) << first << " " << i;
    }
}

TEST(WireLog, GivesABoundedNumberOfRanges) {
    WireLog log;
    add(log, text(10 * kSlab, 1));
    std::array<iovec, WireLog::kMaxRanges> space{};
    EXPECT_EQ(log.bytes(10, log.endOffset(), space).size(), WireLog::kMaxRanges);
    EXPECT_EQ(log.bytes(kSlab - 1, kSlab + 1, space).size(), 2U);
    EXPECT_EQ(log.bytes(kSlab, kSlab + 1, space).size(), 1U);
    EXPECT_TRUE(log.bytes(5, 5, space).empty());
}

TEST(WireLog, TrimsEntriesSlabsAndSyncPoints) {
    WireLog log;
    for (std::size_t i = 0; i < 8; ++i) {
        add(log, text(kSlab / 2, i));
        log.addSyncPoint({i, 0, 1, nullptr});
    }
    log.trimTo(5);
    EXPECT_EQ(log.firstSequence(), 5U);
    EXPECT_EQ(log.firstOffset(), 5 * kSlab / 2);
    EXPECT_EQ(log.sizeBytes(), 3 * kSlab / 2);
    EXPECT_EQ(log.exportFrom(0).slabs.size(), 2U);
    EXPECT_EQ(log.exportFrom(0).syncPoints.size(), 3U);
    EXPECT_TRUE(readEntry(log, 5) == text(kSlab / 2, 5));
    log.trimTo(3);
    EXPECT_EQ(log.firstSequence(), 5U) << "what is gone is gone";
    log.trimTo(1000);
    EXPECT_EQ(log.firstSequence(), 8U);
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(log.endOffset(), 4 * kSlab);
    EXPECT_EQ(log.newestSync(), nullptr);
    add(log, "after");
    EXPECT_EQ(readEntry(log, 8), "after");
}

TEST(WireLog, GoesOnAfterBeingTrimmedInTheMiddleOfASlab) {
    WireLog log;
    add(log, text(kSlab / 3, 1));
    log.trimTo(1);
    EXPECT_TRUE(log.empty());
    const std::string next = text(kSlab, 2);
    add(log, next);
    EXPECT_TRUE(readEntry(log, 1) == next);
    EXPECT_EQ(log.sizeBytes(), kSlab);
}

TEST(WireLog, KnowsItsSyncPoints) {
    WireLog log;
    for (std::size_t i = 0; i < 6; ++i) {
        add(log, "x");
        if (i % 2 == 1) log.addSyncPoint({i, 0, i, nullptr});
    }
    EXPECT_EQ(log.newestSync()->sequence, 5U);
    EXPECT_EQ(log.syncFrom(0)->sequence, 1U);
    EXPECT_EQ(log.syncFrom(3)->sequence, 3U);
    EXPECT_EQ(log.syncFrom(4)->sequence, 5U);
    EXPECT_EQ(log.syncFrom(6), nullptr);
    log.dropSyncPoints();
    EXPECT_EQ(log.newestSync(), nullptr);
    EXPECT_EQ(log.endSequence(), 6U);
}

TEST(WireLog, AFollowerSharesTheBytes) {
    WireLog log;
    add(log, text(kSlab + 5, 1));
    WireLog follower;
    follower.import(log.exportFrom(0));
    std::array<iovec, WireLog::kMaxRanges> ours{};
    std::array<iovec, WireLog::kMaxRanges> theirs{};
    EXPECT_EQ(log.bytes(0, 5, ours)[0].iov_base, follower.bytes(0, 5, theirs)[0].iov_base);
    EXPECT_TRUE(follower.hasVideo());
}

TEST(WireLog, AFollowerMayComeLate) {
    WireLog log;
    for (std::size_t i = 0; i < 10; ++i) {
        add(log, text(kSlab / 2 + 11, i), static_cast<std::int64_t>(i));
        if (i == 6) log.addSyncPoint({6, 6, 1, nullptr});
    }
    log.trimTo(4);
    WireLog follower;
    follower.import(log.exportFrom(0));
    EXPECT_EQ(follower.firstSequence(), 4U);
    EXPECT_EQ(follower.endSequence(), 10U);
    EXPECT_EQ(follower.newestSync()->sequence, 6U);
    for (std::size_t i = 4; i < 10; ++i) EXPECT_TRUE(readEntry(follower, i) == text(kSlab / 2 + 11, i));
}

TEST(WireLog, AFollowerOfAnEmptyLogStartsWhereThatIs) {
    WireLog log;
    add(log, text(kSlab, 1));
    log.trimTo(1);
    WireLog follower;
    follower.import(log.exportFrom(log.firstSequence()));
    EXPECT_TRUE(follower.empty());
    EXPECT_EQ(follower.endSequence(), 1U);
    EXPECT_EQ(follower.endOffset(), kSlab);
    add(log, "next");
    follower.import(log.exportFrom(1));
    EXPECT_EQ(readEntry(follower, 1), "next");
}

/// Writer and follower grow and trim in any order, each at its own pace.
TEST(WireLog, AFollowerSeesWhatTheWriterWrote) {
    std::mt19937 random(20250101);
    const auto upTo = [&random](std::size_t most) { return random() % (most + 1); };
    for (int round = 0; round < 20; ++round) {
        WireLog log;
        WireLog follower;
        std::vector<std::string> entries;
        follower.import(log.exportFrom(0));
        for (int step = 0; step < 60; ++step) {
            const std::size_t count = upTo(3);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t size = upTo(3) == 0 ? kSlab - log.endOffset() % kSlab + upTo(2) : 1 + upTo(kSlab);
                entries.push_back(text(size, entries.size() * 1000));
                add(log, entries.back());
            }
            follower.import(log.exportFrom(follower.endSequence()));
            ASSERT_EQ(follower.endSequence(), log.endSequence());
            ASSERT_EQ(follower.endOffset(), log.endOffset());
            for (std::uint64_t i = follower.firstSequence(); i < follower.endSequence(); ++i)
                ASSERT_TRUE(readEntry(follower, i) == entries[i]) << "entry " << i << " in round " << round;
            log.trimTo(log.firstSequence() + upTo(log.endSequence() - log.firstSequence()));
            follower.trimTo(follower.firstSequence() + upTo(follower.endSequence() - follower.firstSequence()));
        }
    }
}

} // namespace
} // namespace hookcast::hub
