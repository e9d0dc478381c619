#include "srt/PayloadCutter.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <vector>

namespace hookcast::srt {
namespace {

base::Bytes numbered(std::size_t size) {
    base::Bytes bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

/// `bytes` in ranges of these sizes; the last one takes what is left.
std::vector<iovec> rangesOf(const base::Bytes& bytes, const std::vector<std::size_t>& sizes) {
    std::vector<iovec> ranges;
    auto* at = const_cast<std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    for (const std::size_t size : sizes) {
        ranges.push_back({at, size});
        at += size;
        left -= size;
    }
    ranges.push_back({at, left});
    return ranges;
}

struct Sent {
    base::Bytes all;
    std::vector<std::size_t> sizes;

    PayloadCutter::Send taking(std::size_t most) {
        return [this, most](base::ByteSpan payload) {
            if (sizes.size() == most) return false;
            all.insert(all.end(), payload.begin(), payload.end());
            sizes.push_back(payload.size());
            return true;
        };
    }
};

TEST(PayloadCutter, FillsPayloadsAndSendsTheRest) {
    PayloadCutter cutter(1316);
    Sent sent;
    const base::Bytes bytes = numbered(16 * 188);
    const auto outcome = cutter.cut(rangesOf(bytes, {}), sent.taking(100));
    EXPECT_EQ(outcome.takenBytes, bytes.size());
    EXPECT_FALSE(outcome.isFull);
    EXPECT_EQ(sent.sizes, (std::vector<std::size_t>{1316, 1316, 376}));
    EXPECT_EQ(sent.all, bytes);
}

TEST(PayloadCutter, LeavesWhatIsNoWholePacket) {
    PayloadCutter cutter(1316);
    Sent sent;
    const base::Bytes bytes = numbered(8 * 188 + 100);
    const auto outcome = cutter.cut(rangesOf(bytes, {500}), sent.taking(100));
    EXPECT_EQ(outcome.takenBytes, 8U * 188);
    EXPECT_FALSE(outcome.isFull);
    Sent none;
    EXPECT_EQ(cutter.cut(rangesOf(numbered(187), {}), none.taking(100)).takenBytes, 0U);
}

TEST(PayloadCutter, StopsWhenThereIsNoRoom) {
    PayloadCutter cutter(1316);
    Sent sent;
    const auto outcome = cutter.cut(rangesOf(numbered(20 * 188), {}), sent.taking(2));
    EXPECT_EQ(outcome.takenBytes, 2U * 1316);
    EXPECT_TRUE(outcome.isFull);
}

TEST(PayloadCutter, ASmallPayloadHoldsFewerPackets) {
    PayloadCutter cutter(600);
    Sent sent;
    EXPECT_EQ(cutter.cut(rangesOf(numbered(4 * 188), {}), sent.taking(100)).takenBytes, 4U * 188);
    EXPECT_EQ(sent.sizes, (std::vector<std::size_t>{564, 188}));
}

TEST(PayloadCutter, JoinsRangesWhereverTheyAreCut) {
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): repeatable
    for (int round = 0; round < 200; ++round) {
        const base::Bytes bytes = numbered(188 * (1 + random() % 40));
        std::vector<std::size_t> sizes;
        for (std::size_t left = bytes.size(); sizes.size() < 3 && left > 1;) {
            sizes.push_back(random() % left);
            left -= sizes.back();
        }
        PayloadCutter cutter(1316);
        Sent sent;
        EXPECT_EQ(cutter.cut(rangesOf(bytes, sizes), sent.taking(1000)).takenBytes, bytes.size());
        EXPECT_EQ(sent.all, bytes);
        for (const std::size_t size : sent.sizes) EXPECT_EQ(size % 188, 0U);
    }
}

} // namespace
} // namespace hookcast::srt
