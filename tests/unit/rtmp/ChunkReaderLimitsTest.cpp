#include "rtmp/ChunkReader.h"
#include "rtmp/ChunkWriter.h"
#include "unit/rtmp/ChunkTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

namespace hookcast::rtmp::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

base::Bytes message(std::uint32_t chunkStreamId, std::size_t sizeBytes) {
    base::Bytes bytes;
    appendMessage(bytes, {chunkStreamId, 0, MessageType::Audio, 1}, pattern(sizeBytes), 128);
    return bytes;
}

TEST(ChunkReaderLimits, AMessageOfExactlyTheLimitPasses) {
    ChunkReader reader({1000, 5000, 8});
    const auto outcome = readAll(reader, message(4, 1000));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, SizeIs(1));
}

TEST(ChunkReaderLimits, ALongerMessageIsRefusedAtItsHeader) {
    ChunkReader reader({1000, 5000, 8});
    EXPECT_EQ(readAll(reader, hex("04 000000 0003E9 08 01000000")).error, "a message of 1001 bytes; the limit is 1000");
}

TEST(ChunkReaderLimits, AReusedLengthIsCheckedToo) {
    ChunkReader reader({1000, 5000, 8});
    EXPECT_EQ(readAll(reader, hex("44 000000 FFFFFF 08")).error, "a message of 16777215 bytes; the limit is 1000");
}

TEST(ChunkReaderLimits, UnfinishedMessagesTogetherAreLimited) {
    ChunkReader reader({1000, 300, 8});
    base::Bytes begun = message(4, 1000);
    begun.resize(12 + 128);
    base::Bytes other = message(5, 1000);
    other.resize(12 + 128);
    EXPECT_EQ(readAll(reader, join({begun, other})).error, "");
    // 44 more are the 300.
    const auto outcome = readAll(reader, join({hex("C4"), pattern(44)}));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, IsEmpty());
    EXPECT_EQ(readAll(reader, pattern(1)).error, "more than 300 bytes in unfinished messages");
}

TEST(ChunkReaderLimits, FinishedAndAbortedMessagesNoLongerCount) {
    ChunkReader reader({1000, 300, 8});
    base::Bytes begun = message(4, 250);
    begun.resize(12 + 128);
    const base::Bytes abort = hex("02 000000 000004 02 00000000 00000004");
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(readAll(reader, join({begun, abort})).error, "");
        const auto outcome = readAll(reader, message(5, 250));
        EXPECT_EQ(outcome.error, "");
        EXPECT_THAT(outcome.messages, SizeIs(1));
    }
}

TEST(ChunkReaderLimits, ChunkStreamsAreLimited) {
    ChunkReader reader({1000, 300, 3});
    EXPECT_EQ(readAll(reader, join({message(4, 1), message(5, 1), message(6, 1)})).error, "");
    EXPECT_EQ(readAll(reader, join({message(4, 1), message(5, 1), message(6, 1)})).error, "");
    EXPECT_EQ(readAll(reader, message(7, 1)).error, "more than 3 chunk streams");
}

TEST(ChunkReaderLimits, MemoryFollowsWhatArrivedAndNotWhatWasAnnounced) {
    // 16 MiB announced on each of 64 chunk streams, and one chunk sent. Sanitizers replace malloc and count 0 here.
    ChunkReader reader(kWideLimits);
    const auto allocatedBytes = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
    const std::size_t before = allocatedBytes();
    for (std::uint8_t id = 0; id < 64; ++id) {
        const base::Bytes header = join({{0, id}, hex("000000 FFFFFF 08 01000000")});
        EXPECT_EQ(readAll(reader, join({header, pattern(128)})).error, "");
    }
    EXPECT_LT(allocatedBytes(), before + 1024 * 1024);
}

TEST(ChunkReaderLimits, AnIdleReaderIsSmall) {
    EXPECT_LE(sizeof(ChunkReader), 200U);
}

} // namespace
} // namespace hookcast::rtmp::test
