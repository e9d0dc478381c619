#include "app/Heap.h"

#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

namespace hookcast::app {
namespace {

using Block = std::unique_ptr<char[]>;

/// A slab of a wire log.
constexpr std::size_t kSlabBytes = 256UL * 1024;

Block block(std::size_t sizeBytes) {
    return std::make_unique_for_overwrite<char[]>(sizeBytes);
}

std::size_t countArenas() {
    char* text = nullptr;
    std::size_t sizeBytes = 0;
    std::FILE* const page = ::open_memstream(&text, &sizeBytes);
    ::malloc_info(0, page);
    std::fclose(page);
    const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
    const std::string_view info(text, sizeBytes);
    std::size_t count = 0;
    for (auto at = info.find("<heap nr="); at != std::string_view::npos; at = info.find("<heap nr=", at + 1)) ++count;
    return count;
}

/// The sanitizers have heaps of their own.
class HeapTest : public ::testing::Test {
  protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        GTEST_SKIP() << "this is not the C library's heap";
#endif
    }
};

TEST_F(HeapTest, AFreedBlockIsNoReasonToKeepThoseOfItsSize) {
    Heap::settle(2);
    block(16UL * kSlabBytes).reset(); // from then on the C library would keep up to that much
    const std::size_t before = ::mallinfo2().hblks;
    std::vector<Block> slabs;
    for (int i = 0; i < 8; ++i) slabs.push_back(block(kSlabBytes));
    EXPECT_EQ(::mallinfo2().hblks, before + slabs.size());
    slabs.clear();
    EXPECT_EQ(::mallinfo2().hblks, before);
}

TEST_F(HeapTest, ThreadsThatComeAndGoShareArenas) {
    constexpr std::size_t kLoops = 2;
    constexpr std::size_t kMost = kLoops + Heap::kSharedArenas;
    Heap::settle(kLoops);
    const std::size_t before = countArenas();
    constexpr int kThreads = 4 * kMost;
    std::latch allHaveAllocated(kThreads); // the arena of one that has ended is the next one's
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&allHaveAllocated] {
            const Block mine = block(1000);
            allHaveAllocated.arrive_and_wait();
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(countArenas(), std::max(before, kMost));
}

} // namespace
} // namespace hookcast::app
