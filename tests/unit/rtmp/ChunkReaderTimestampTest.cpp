#include "rtmp/ChunkReader.h"
#include "unit/rtmp/ChunkTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

using testing::ElementsAre;

/// What the messages in `bytes` are dated, with chunks of 4 bytes.
std::vector<std::uint32_t> timestamps(const base::Bytes& bytes) {
    const auto outcome = readAll(join({hex("02 000000 000004 01 00000000 00000004"), bytes}));
    EXPECT_EQ(outcome.error, "");
    std::vector<std::uint32_t> timestampsMs;
    for (const Message& message : outcome.messages) timestampsMs.push_back(message.timestampMs);
    return timestampsMs;
}

/// The payloads, likewise, whatever the size of the pieces in which `bytes` come.
std::vector<base::Bytes> payloads(const base::Bytes& bytes) {
    std::vector<base::Bytes> whole;
    for (const std::size_t pieceBytes : {1000, 1, 2, 3, 5}) {
        ChunkReader reader(kWideLimits);
        auto outcome = readPieces(reader, join({hex("02 000000 000004 01 00000000 00000004"), bytes}), pieceBytes);
        EXPECT_EQ(outcome.error, "");
        std::vector<base::Bytes> read;
        for (Message& message : outcome.messages) read.push_back(std::move(message.payload));
        if (pieceBytes == 1000) whole = read;
        EXPECT_EQ(read, whole) << "in pieces of " << pieceBytes;
    }
    return whole;
}

TEST(ChunkReaderTimestamp, DeltasAddUp) {
    EXPECT_THAT(timestamps(hex("04 0003E8 000001 08 01000000 00"
                               "44 000014 000001 08 00"
                               "84 000015 00"
                               "84 000000 00")),
                ElementsAre(1000U, 1020U, 1041U, 1041U));
}

TEST(ChunkReaderTimestamp, Fmt3RepeatsTheDelta) {
    EXPECT_THAT(timestamps(hex("04 0003E8 000001 08 01000000 00"
                               "84 000014 00"
                               "C4 00"
                               "C4 00")),
                ElementsAre(1000U, 1020U, 1040U, 1060U));
}

TEST(ChunkReaderTimestamp, Fmt3AfterFmt0TakesItsTimestampForTheDelta) {
    EXPECT_THAT(timestamps(hex("04 0003E8 000001 08 01000000 00"
                               "C4 00"
                               "C4 00")),
                ElementsAre(1000U, 2000U, 3000U));
}

TEST(ChunkReaderTimestamp, ContinuationsDoNotAddADelta) {
    EXPECT_THAT(timestamps(hex("04 0003E8 000009 08 01000000 00000000 C4 00000000 C4 00"
                               "84 00000A 00000000 C4 00000000 C4 00"
                               "C4 00000000 C4 00000000 C4 00")),
                ElementsAre(1000U, 1010U, 1020U));
}

TEST(ChunkReaderTimestamp, AbsoluteTimesMayGoBack) {
    EXPECT_THAT(timestamps(hex("04 0003E8 000001 08 01000000 00"
                               "04 000001 000001 08 01000000 00"
                               "84 000001 00")),
                ElementsAre(1000U, 1U, 2U));
}

TEST(ChunkReaderTimestamp, TheLargestPlainTimestamp) {
    EXPECT_THAT(timestamps(hex("04 FFFFFE 000001 08 01000000 00")), ElementsAre(0xFFFFFEU));
}

TEST(ChunkReaderTimestamp, ExtendedAbsoluteTime) {
    EXPECT_THAT(timestamps(hex("04 FFFFFF 000001 08 01000000 00FFFFFF 00"
                               "04 FFFFFF 000001 08 01000000 12345678 00"
                               "04 FFFFFF 000001 08 01000000 00000005 00" // needlessly extended
                               "04 000006 000001 08 01000000 00")),       // and no more
                ElementsAre(0xFFFFFFU, 0x12345678U, 5U, 6U));
}

TEST(ChunkReaderTimestamp, ExtendedDelta) {
    EXPECT_THAT(timestamps(hex("04 000001 000001 08 01000000 00"
                               "44 FFFFFF 000001 08 01000000 00"
                               "84 FFFFFF 02000000 00")),
                ElementsAre(1U, 0x01000001U, 0x03000001U));
}

TEST(ChunkReaderTimestamp, Fmt3BeginsAMessageWithAnExtendedDelta) {
    // The field is present because the header before had it, and what it says now is what counts.
    EXPECT_THAT(timestamps(hex("04 000001 000001 08 01000000 00"
                               "84 FFFFFF 01000000 00"
                               "C4 01000000 00"
                               "C4 01000010 00"
                               "C4 01000010 00")),
                ElementsAre(1U, 0x01000001U, 0x02000001U, 0x03000011U, 0x04000021U));
}

TEST(ChunkReaderTimestamp, WrapsAt32Bits) {
    EXPECT_THAT(timestamps(hex("04 FFFFFF 000001 08 01000000 FFFFFFF0 00"
                               "84 000020 00"
                               "C4 00")),
                ElementsAre(0xFFFFFFF0U, 0x10U, 0x30U));
    EXPECT_THAT(timestamps(hex("04 FFFFFF 000001 08 01000000 FFFFFFFF 00"
                               "84 FFFFFF FFFFFFFF 00")),
                ElementsAre(0xFFFFFFFFU, 0xFFFFFFFEU));
}

TEST(ChunkReaderTimestamp, ChunkStreamsKeepTheirOwnTime) {
    EXPECT_THAT(timestamps(hex("04 000064 000001 08 01000000 00"
                               "06 0000C8 000001 09 01000000 00"
                               "84 000001 00"
                               "86 000002 00")),
                ElementsAre(100U, 200U, 101U, 202U));
}

TEST(ChunkReaderTimestamp, ContinuationsRepeatTheExtendedTimestamp) {
    EXPECT_THAT(payloads(hex("04 FFFFFF 00000A 08 01000000 12345678 A0A1A2A3"
                             "C4 12345678 A4A5A6A7"
                             "C4 12345678 A8A9"
                             "84 000001 00000000 C4 00000000 C4 0000")), // and no more behind a plain header
                ElementsAre(hex("A0A1A2A3A4A5A6A7A8A9"), base::Bytes(10)));
}

TEST(ChunkReaderTimestamp, ContinuationsRepeatTheExtendedDelta) {
    EXPECT_THAT(payloads(hex("04 000001 000005 08 01000000 A0A1A2A3 C4 A4"
                             "84 FFFFFF 01000000 B0B1B2B3 C4 01000000 B4"
                             "C4 01000000 C0C1C2C3 C4 01000000 C4")),
                ElementsAre(hex("A0A1A2A3A4"), hex("B0B1B2B3B4"), hex("C0C1C2C3C4")));
}

TEST(ChunkReaderTimestamp, ContinuationsMayLeaveTheExtendedTimestampOut) {
    EXPECT_THAT(payloads(hex("04 FFFFFF 00000A 08 01000000 12345678 A0A1A2A3"
                             "C4 A4A5A6A7"
                             "C4 A8A9"
                             "04 000000 000001 08 01000000 B0")),
                ElementsAre(hex("A0A1A2A3A4A5A6A7A8A9"), hex("B0")));
}

TEST(ChunkReaderTimestamp, APayloadThatBeginsLikeTheTimestampIsTold) {
    // One to three bytes of the payload equal those of the timestamp that this sender does not repeat.
    for (const std::string_view next : {"12A5A6A7", "1234A6A7", "123456A7"}) {
        EXPECT_THAT(payloads(join({hex("04 FFFFFF 000008 08 01000000 12345678 A0A1A2A3 C4"), hex(next),
                                   hex("04 000000 000001 08 01000000 B0")})),
                    ElementsAre(join({hex("A0A1A2A3"), hex(next)}), hex("B0")));
    }
}

TEST(ChunkReaderTimestamp, AShortLastChunkMayEndInsideWhatLooksLikeTheTimestamp) {
    // The last chunk holds one byte, 0x04, and the header behind it goes on like the timestamp 04 04 00 05: only its
    // end tells them apart, after bytes of the next message have been looked at.
    EXPECT_THAT(payloads(hex("04 FFFFFF 000005 08 01000000 04040005 A0A1A2A3 C4 04"
                             "04 000000 000001 08 01000000 B0")),
                ElementsAre(hex("A0A1A2A304"), hex("B0")));
    // The same, where the bytes looked at hold whole messages without payload.
    EXPECT_THAT(payloads(hex("03 000001 000000 08 01000000"
                             "04 FFFFFF 000005 08 01000000 C3C3C3C4 A0A1A2A3 C4 C3"
                             "C3 C3 C3")),
                ElementsAre(base::Bytes(), hex("A0A1A2A3C3"), base::Bytes(), base::Bytes(), base::Bytes()));
}

TEST(ChunkReaderTimestamp, ALookAheadMayFollowAnother) {
    // Behind the first look-ahead stands a continuation of the other chunk stream, which needs one of its own.
    EXPECT_THAT(payloads(hex("04 FFFFFF 000005 08 01000000 C6C6C4C5 A0A1A2A3"
                             "06 FFFFFF 000006 09 01000000 C4C6C500 B0B1B2B3"
                             "C4 C6"   // looks like the timestamp of 4, together with
                             "C6 C4C6" // this chunk, which looks like the timestamp of 6
                             "04 000000 000001 08 01000000 D0")),
                ElementsAre(hex("A0A1A2A3C6"), hex("B0B1B2B3C4C6"), hex("D0")));
}

} // namespace
} // namespace hookcast::rtmp::test
