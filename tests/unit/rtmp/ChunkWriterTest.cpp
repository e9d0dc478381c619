#include "rtmp/ChunkWriter.h"

#include "unit/rtmp/ChunkTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

using testing::ElementsAre;

base::Bytes written(const ChunkHeader& header, const base::Bytes& payload, std::uint32_t chunkSizeBytes) {
    base::Bytes bytes;
    appendMessage(bytes, header, payload, chunkSizeBytes);
    EXPECT_EQ(bytes.size(), chunkedSizeBytes(header, payload.size(), chunkSizeBytes));
    return bytes;
}

TEST(ChunkWriter, WritesAFullHeader) {
    EXPECT_EQ(written({4, 0x010203, MessageType::Video, 0x0A0B0C0D}, hex("A0A1"), 128),
              hex("04 010203 000002 09 0D0C0B0A A0A1"));
}

TEST(ChunkWriter, WritesAnEmptyMessage) {
    EXPECT_EQ(written({4, 0, MessageType::Audio, 1}, {}, 128), hex("04 000000 000000 08 01000000"));
}

TEST(ChunkWriter, CutsThePayloadIntoChunks) {
    EXPECT_EQ(written({4, 0, MessageType::Audio, 1}, hex("A0A1A2A3A4"), 2),
              hex("04 000000 000005 08 01000000 A0A1 C4 A2A3 C4 A4"));
}

TEST(ChunkWriter, AFullLastChunkHasNoHeaderBehindIt) {
    EXPECT_EQ(written({4, 0, MessageType::Audio, 1}, hex("A0A1A2A3"), 2),
              hex("04 000000 000004 08 01000000 A0A1 C4 A2A3"));
}

TEST(ChunkWriter, ExtendsTimestampsFrom0xFFFFFFOn) {
    EXPECT_EQ(written({4, 0xFFFFFE, MessageType::Audio, 1}, hex("A0"), 1), hex("04 FFFFFE 000001 08 01000000 A0"));
    EXPECT_EQ(written({4, 0xFFFFFF, MessageType::Audio, 1}, hex("A0A1"), 1),
              hex("04 FFFFFF 000002 08 01000000 00FFFFFF A0 C4 00FFFFFF A1"));
    EXPECT_EQ(written({4, 0xFFFFFFFF, MessageType::Audio, 1}, hex("A0"), 1),
              hex("04 FFFFFF 000001 08 01000000 FFFFFFFF A0"));
}

TEST(ChunkWriter, WritesAllFormsOfTheChunkStreamId) {
    const auto withId = [](std::uint32_t id) { return written({id, 0, MessageType::Audio, 1}, hex("A0A1"), 1); };
    EXPECT_EQ(withId(2), hex("02 000000 000002 08 01000000 A0 C2 A1"));
    EXPECT_EQ(withId(63), hex("3F 000000 000002 08 01000000 A0 FF A1"));
    EXPECT_EQ(withId(64), hex("00 00 000000 000002 08 01000000 A0 C0 00 A1"));
    EXPECT_EQ(withId(319), hex("00 FF 000000 000002 08 01000000 A0 C0 FF A1"));
    EXPECT_EQ(withId(320), hex("01 00 01 000000 000002 08 01000000 A0 C1 00 01 A1"));
    EXPECT_EQ(withId(65599), hex("01 FF FF 000000 000002 08 01000000 A0 C1 FF FF A1"));
}

TEST(ChunkWriter, HandsThePayloadOutWithoutCopyingIt) {
    const base::Bytes payload = pattern(10);
    std::vector<base::ByteSpan> pieces;
    writeChunks([&pieces](base::ByteSpan piece) { pieces.push_back(piece); }, {4, 0, MessageType::Audio, 1}, payload,
                8);
    ASSERT_EQ(pieces.size(), 4U);
    EXPECT_EQ(pieces[1].data(), payload.data());
    EXPECT_EQ(pieces[3].data(), payload.data() + 8);
    EXPECT_EQ(pieces[3].size(), 2U);
}

TEST(ChunkWriter, AppendsBehindWhatIsThere) {
    base::Bytes bytes = hex("FFFF");
    appendMessage(bytes, {4, 0, MessageType::Audio, 1}, hex("A0"), 128);
    EXPECT_EQ(bytes, hex("FFFF 04 000000 000001 08 01000000 A0"));
}

TEST(ChunkWriter, WhatItWritesIsReadBack) {
    for (const std::uint32_t chunkSizeBytes : {1U, 2U, 127U, 128U, 129U, 4096U, 65536U, 16777216U}) {
        for (const std::uint32_t timestampMs : {0U, 0xFFFFFEU, 0xFFFFFFU, 0x1000000U, 0xFFFFFFFFU}) {
            for (const std::uint32_t id : {2U, 64U, 400U}) {
                const base::Bytes payload = pattern(1000, timestampMs);
                base::Bytes bytes = written(
                    {2, 0, MessageType::SetChunkSize, 0},
                    {static_cast<std::uint8_t>(chunkSizeBytes >> 24U), static_cast<std::uint8_t>(chunkSizeBytes >> 16U),
                     static_cast<std::uint8_t>(chunkSizeBytes >> 8U), static_cast<std::uint8_t>(chunkSizeBytes)},
                    128);
                bytes = join({bytes, written({id, timestampMs, MessageType::Video, 5}, payload, chunkSizeBytes)});
                const auto outcome = readAll(bytes);
                EXPECT_EQ(outcome.error, "");
                EXPECT_THAT(outcome.messages, ElementsAre(Message{timestampMs, MessageType::Video, 5, id, payload}));
            }
        }
    }
}

} // namespace
} // namespace hookcast::rtmp::test
