#include "rtmp/ChunkReader.h"

#include "rtmp/ChunkWriter.h"
#include "unit/rtmp/ChunkTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Message audio(std::uint32_t timestampMs, base::Bytes payload, std::uint32_t chunkStreamId = 4) {
    return {timestampMs, MessageType::Audio, 1, chunkStreamId, std::move(payload)};
}

base::Bytes setChunkSize(std::string_view sizeHex) {
    return join({hex("02 000000 000004 01 00000000"), hex(sizeHex)});
}

TEST(ChunkReader, ReadsAFullHeader) {
    const auto outcome = readAll(hex("04 000010 000003 08 01000000 AABBCC"));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(0x10, hex("AABBCC"))));
}

TEST(ChunkReader, MessageStreamIdIsLittleEndian) {
    const auto outcome = readAll(hex("04 000000 000001 09 04030201 AA"));
    ASSERT_THAT(outcome.messages, SizeIs(1));
    EXPECT_EQ(outcome.messages[0].messageStreamId, 0x01020304U);
}

TEST(ChunkReader, ShorterHeadersReuseWhatCameBefore) {
    const auto outcome = readAll(hex("04 000064 000002 08 01000000 A0A1" // fmt 0: 100
                                     "44 000005 000001 09 B0"            // fmt 1: +5, new length and type
                                     "84 000007 C0"                      // fmt 2: +7
                                     "C4 D0"                             // fmt 3: +7 again
                                     "C4 E0"));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages,
                ElementsAre(audio(100, hex("A0A1")), Message{105, MessageType::Video, 1, 4, hex("B0")},
                            Message{112, MessageType::Video, 1, 4, hex("C0")},
                            Message{119, MessageType::Video, 1, 4, hex("D0")},
                            Message{126, MessageType::Video, 1, 4, hex("E0")}));
}

TEST(ChunkReader, ReadsAllThreeFormsOfTheChunkStreamId) {
    const auto outcome = readAll(hex("3F 000000 000001 08 01000000 01"       // 63, the highest in one byte
                                     "00 00 000000 000001 08 01000000 02"    // 64, the lowest in two
                                     "00 FF 000000 000001 08 01000000 03"    // 319
                                     "01 00 01 000000 000001 08 01000000 04" // 320
                                     "01 FF FF 000000 000001 08 01000000 05" // 65599
                                     "01 00 00 000001 000001 08 01000000 06" // 64 again, in three bytes
                                     "C0 00 07"));                           // and in two
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages,
                ElementsAre(audio(0, {1}, 63), audio(0, {2}, 64), audio(0, {3}, 319), audio(0, {4}, 320),
                            audio(0, {5}, 65599), audio(1, {6}, 64), audio(2, {7}, 64)));
}

TEST(ChunkReader, PutsTogetherAMessageOfSeveralChunks) {
    const base::Bytes payload = pattern(300);
    base::Bytes bytes;
    appendMessage(bytes, {4, 7, MessageType::Audio, 1}, payload, 128);
    EXPECT_EQ(bytes.size(), 12 + 300 + 2);
    EXPECT_THAT(readAll(bytes).messages, ElementsAre(audio(7, payload)));
}

TEST(ChunkReader, InterleavedChunkStreamsDoNotMix) {
    ChunkReader reader(kWideLimits);
    const auto outcome = readAll(reader, join({setChunkSize("00000002"), hex("04 000000 000005 08 01000000 A0A1"
                                                                             "06 000009 000003 09 01000000 B0B1"
                                                                             "C4 A2A3"
                                                                             "C6 B2"
                                                                             "C4 A4")}));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages,
                ElementsAre(Message{9, MessageType::Video, 1, 6, hex("B0B1B2")}, audio(0, hex("A0A1A2A3A4"))));
}

TEST(ChunkReader, HandsOutMessagesWithoutPayload) {
    const auto outcome = readAll(hex("04 000001 000000 08 01000000"
                                     "C4"
                                     "84 000005"));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(1, {}), audio(2, {}), audio(7, {})));
}

TEST(ChunkReader, StopsBehindEachMessage) {
    ChunkReader reader(kWideLimits);
    const base::Bytes bytes = hex("04 000000 000001 08 01000000 A0"
                                  "84 000001 A1");
    base::ByteSpan input(bytes);
    const auto first = reader.next(input);
    ASSERT_TRUE(first.ok() && first.value().has_value());
    EXPECT_EQ(input.size(), 5U);
    const auto second = reader.next(input);
    ASSERT_TRUE(second.ok() && second.value().has_value());
    EXPECT_TRUE(input.empty());
    const auto none = reader.next(input);
    ASSERT_TRUE(none.ok());
    EXPECT_FALSE(none.value().has_value());
}

TEST(ChunkReader, ChunkSizeHoldsFromTheNextChunkOn) {
    // The new size arrives between two chunks of a message and counts for the rest of it.
    ChunkReader reader(kWideLimits);
    const base::Bytes payload = pattern(400);
    const auto part = [&payload](std::ptrdiff_t from, std::ptrdiff_t to) {
        return base::Bytes(payload.begin() + from, payload.begin() + to);
    };
    const auto outcome =
        readAll(reader, join({hex("04 000000 000190 08 01000000"), part(0, 128), setChunkSize("00000040"), hex("C4"),
                              part(128, 192), setChunkSize("00010000"), hex("C4"), part(192, 400)}));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(0, payload)));
    EXPECT_EQ(reader.chunkSizeBytes(), 65536U);
}

TEST(ChunkReader, ReadsChunksOfOneByte) {
    ChunkReader reader(kWideLimits);
    EXPECT_THAT(readAll(reader, setChunkSize("00000001")).messages, IsEmpty());
    EXPECT_EQ(reader.chunkSizeBytes(), 1U);
    base::Bytes bytes;
    appendMessage(bytes, {4, 0, MessageType::Audio, 1}, pattern(50), 1);
    // A new chunk size has four bytes, so it comes in four chunks, too.
    bytes = join({bytes, hex("02 000000 000004 01 00000000 00 C2 00 C2 01 C2 00")});
    const auto outcome = readAll(reader, bytes);
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(0, pattern(50))));
    EXPECT_EQ(reader.chunkSizeBytes(), 256U);
}

TEST(ChunkReader, ReadsAMessageOf16MiBInOneChunk) {
    ChunkReader reader(kWideLimits);
    readAll(reader, setChunkSize("01000000"));
    EXPECT_EQ(reader.chunkSizeBytes(), 16777216U);
    const base::Bytes payload = pattern(0xFFFFFF);
    base::Bytes bytes;
    appendMessage(bytes, {4, 0, MessageType::Video, 1}, payload, 16777216);
    EXPECT_EQ(bytes.size(), payload.size() + 12);
    const auto outcome = readPieces(reader, bytes, 65536);
    EXPECT_EQ(outcome.error, "");
    ASSERT_THAT(outcome.messages, SizeIs(1));
    EXPECT_TRUE(outcome.messages[0].payload == payload);
}

TEST(ChunkReader, ChunkSizesAbove16MiBMean16MiB) {
    ChunkReader reader(kWideLimits);
    EXPECT_EQ(readAll(reader, setChunkSize("7FFFFFFF")).error, "");
    EXPECT_EQ(reader.chunkSizeBytes(), 16777216U);
}

TEST(ChunkReader, RefusesImpossibleChunkSizes) {
    EXPECT_EQ(readAll(setChunkSize("00000000")).error, "Set Chunk Size: 0 is no chunk size");
    EXPECT_EQ(readAll(setChunkSize("80000000")).error, "Set Chunk Size: 2147483648 is no chunk size");
    EXPECT_NE(readAll(hex("02 000000 000003 01 00000000 000100")).error, "");
    EXPECT_NE(readAll(hex("02 000000 000000 01 00000000")).error, "");
}

TEST(ChunkReader, AbortDropsWhatCameOfAMessage) {
    ChunkReader reader(kWideLimits);
    const auto outcome =
        readAll(reader, join({setChunkSize("00000002"), hex("04 000064 000004 08 01000000 A0A1"
                                                            "02 000000 000004 02 00000000 0000 C2 0004"
                                                            // fmt 3 now begins a message like the aborted one
                                                            "C4 B0B1 C4 B2B3")}));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(200, hex("B0B1B2B3"))));
}

TEST(ChunkReader, AbortAllowsANewHeader) {
    ChunkReader reader(kWideLimits);
    const auto outcome = readAll(reader, join({setChunkSize("00000004"), hex("04 000064 000008 08 01000000 A0A1A2A3"
                                                                             "02 000000 000004 02 00000000 00000004"
                                                                             "04 000065 000001 08 01000000 B0")}));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(101, hex("B0"))));
}

TEST(ChunkReader, AbortOfNothingIsIgnored) {
    ChunkReader reader(kWideLimits);
    const auto outcome = readAll(reader, hex("02 000000 000004 02 00000000 00000063" // never seen
                                             "82 000000 00000002"                    // its own chunk stream
                                             "04 000000 000001 08 01000000 A0"
                                             "82 000000 00000004" // complete
                                             "C4 A1"));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(audio(0, hex("A0")), audio(0, hex("A1"))));
}

TEST(ChunkReader, RefusesAShortAbort) {
    EXPECT_EQ(readAll(hex("02 000000 000003 02 00000000 000004")).error,
              "Abort Message: shorter than a chunk stream id");
}

TEST(ChunkReader, OtherProtocolControlMessagesAreHandedOut) {
    const auto outcome = readAll(hex("02 000000 000004 05 00000000 002625A0"));
    EXPECT_THAT(outcome.messages, ElementsAre(Message{0, MessageType::WindowAckSize, 0, 2, hex("002625A0")}));
}

TEST(ChunkReader, UnknownMessageTypesAreHandedOut) {
    const auto outcome = readAll(hex("02 000000 000001 7F 00000000 00"));
    ASSERT_THAT(outcome.messages, SizeIs(1));
    EXPECT_EQ(static_cast<unsigned>(outcome.messages[0].type), 0x7FU);
}

TEST(ChunkReader, AFreshChunkStreamMayBeginWithFmt1) {
    const auto outcome = readAll(hex("44 000005 000001 14 A0"
                                     "84 000001 A1"));
    EXPECT_EQ(outcome.error, "");
    EXPECT_THAT(outcome.messages, ElementsAre(Message{5, MessageType::CommandAmf0, 0, 4, hex("A0")},
                                              Message{6, MessageType::CommandAmf0, 0, 4, hex("A1")}));
}

TEST(ChunkReader, AFreshChunkStreamMayNotBeginWithFmt2Or3) {
    EXPECT_EQ(readAll(hex("84 000005 A0")).error, "chunk stream 4 begins with a chunk of fmt 2");
    EXPECT_EQ(readAll(hex("C4 A0")).error, "chunk stream 4 begins with a chunk of fmt 3");
}

TEST(ChunkReader, ANewMessageInsideAnUnfinishedOneIsAnError) {
    const base::Bytes begun = join({hex("04 000000 000100 08 01000000"), pattern(128)});
    EXPECT_EQ(readAll(join({begun, hex("04 000000 000001 08 01000000 A0")})).error,
              "chunk stream 4: a new message (fmt 0) inside an unfinished one");
    EXPECT_NE(readAll(join({begun, hex("44 000000 000001 08 A0")})).error, "");
    EXPECT_NE(readAll(join({begun, hex("84 000000 A0")})).error, "");
    EXPECT_EQ(readAll(join({begun, hex("C4"), pattern(128)})).error, "");
}

TEST(ChunkReader, TheWayTheInputIsSplitDoesNotMatter) {
    base::Bytes bytes = setChunkSize("00000007");
    appendMessage(bytes, {4, 0x01000000, MessageType::Audio, 1}, pattern(60), 7);
    appendMessage(bytes, {70, 3, MessageType::Video, 1}, pattern(20, 2), 7);
    appendMessage(bytes, {400, 0xFFFFFFFF, MessageType::Video, 1}, pattern(7, 3), 7);
    bytes = join({bytes, hex("C4"), pattern(3)});
    ChunkReader whole(kWideLimits);
    const auto expected = readAll(whole, bytes);
    ASSERT_EQ(expected.error, "");
    ASSERT_THAT(expected.messages, SizeIs(3));
    for (std::size_t pieceBytes = 1; pieceBytes < 40; ++pieceBytes) {
        ChunkReader reader(kWideLimits);
        const auto outcome = readPieces(reader, bytes, pieceBytes);
        EXPECT_EQ(outcome.error, "");
        EXPECT_EQ(outcome.messages, expected.messages) << pieceBytes;
    }
}

} // namespace
} // namespace hookcast::rtmp::test
