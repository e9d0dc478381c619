#include "rtmp/DataMessage.h"

#include "unit/rtmp/TestBytes.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace hookcast::rtmp::test {
namespace {

using Kind = DataMessage::Kind;

constexpr std::uint32_t kDepth = 32;
constexpr std::string_view kMetadata = "02 000A 6F6E4D65746144617461 08 00000001 0001 61 00 3FF0000000000000 000009";
constexpr std::string_view kSet = "02 000D 40736574446174614672616D65";
constexpr std::string_view kSetWithoutAt = "02 000C 736574446174614672616D65";
constexpr std::string_view kClear = "02 000F 40636C656172446174614672616D65";
constexpr std::string_view kOnText = "02 0006 6F6E54657874 02 0001 61";

DataMessage readAs(MessageType type, base::Bytes& payload) {
    static Message message;
    message.type = type;
    message.payload = payload;
    return readDataMessage(message, kDepth);
}

DataMessage read(const std::vector<std::string_view>& parts, MessageType type = MessageType::DataAmf0) {
    base::Bytes payload;
    for (const std::string_view part : parts) payload = join({std::move(payload), hex(part)});
    return readAs(type, payload);
}

base::Bytes valuesOf(const DataMessage& data) {
    return {data.values.begin(), data.values.end()};
}

TEST(DataMessage, MetadataIsFoundBehindWhateverStandsBeforeIt) {
    const std::vector<std::vector<std::string_view>> all = {
        {},
        {kSet},
        {kSetWithoutAt},
        {"00 3FF0000000000000 00 4000000000000000"},
        {"00 3FF0000000000000 00 4000000000000000", kSet},
        {kSet, "00 0000000000000000", "05"},
        {"00"},
        {"00 00"},
        {kSet, "00"},
        {"05 06 01 01"},
        {"03 0001 61 05 000009"},
        {"0A 00000001 05"},
        {"FF FE"},
        {"00", kSet},
    };
    for (std::vector<std::string_view> parts : all) {
        parts.push_back(kMetadata);
        const DataMessage data = read(parts);
        EXPECT_EQ(data.kind, Kind::Metadata) << parts.front();
        EXPECT_EQ(valuesOf(data), hex(kMetadata)) << parts.front();
    }
}

TEST(DataMessage, AmfThreesFormatSelectorIsLeftOut) {
    for (const MessageType type : {MessageType::DataAmf3, MessageType::CommandAmf3}) {
        const DataMessage data = read({"00", kSet, kMetadata}, type);
        EXPECT_EQ(data.kind, Kind::Metadata);
        EXPECT_EQ(valuesOf(data), hex(kMetadata));
        EXPECT_EQ(read({kMetadata}, type).kind, Kind::Metadata);
    }
}

TEST(DataMessage, ClearTakesTheMetadataBack) {
    EXPECT_EQ(read({kClear}).kind, Kind::ClearMetadata);
    EXPECT_EQ(read({kClear, "02 000A 6F6E4D65746144617461"}).kind, Kind::ClearMetadata);
    EXPECT_EQ(read({"02 000E 636C656172446174614672616D65"}).kind, Kind::ClearMetadata);
    EXPECT_EQ(read({"00 00", kClear}).kind, Kind::ClearMetadata);
}

TEST(DataMessage, OtherMessagesGoToThePlayersAsTheyAre) {
    const DataMessage data = read({kOnText});
    EXPECT_EQ(data.kind, Kind::Other);
    EXPECT_EQ(valuesOf(data), hex(kOnText));
    EXPECT_EQ(valuesOf(read({kSet, kOnText})), hex(kOnText));
    EXPECT_EQ(read({kOnText, kMetadata}).kind, Kind::Other) << "an argument is no name";
    EXPECT_EQ(read({"00 3FF0000000000000"}).kind, Kind::Other);
}

TEST(DataMessage, WhatIsNoAmfIsNothing) {
    for (const std::string_view bytes : {"", "00", "FF", "00 00 00 00", "68656C6C6F", "02", "02 00FF 61", "09", "0B 00",
                                         "74657874206F6620612074726163"})
        EXPECT_EQ(read({bytes}).kind, Kind::NoAmf) << bytes;
    EXPECT_EQ(read({kSet}).kind, Kind::NoAmf);
    EXPECT_EQ(read({"00"}, MessageType::DataAmf3).kind, Kind::NoAmf);
}

TEST(DataMessage, MetadataWithoutItsPropertiesIsNothing) {
    EXPECT_EQ(read({"02 000A 6F6E4D65746144617461"}).kind, Kind::NoAmf);
    EXPECT_EQ(read({"02 000A 6F6E4D65746144617461 05"}).kind, Kind::NoAmf);
    EXPECT_EQ(read({"02 000A 6F6E4D65746144617461 08 00000001 0001 61 00"}).kind, Kind::NoAmf);
}

TEST(DataMessage, NestingIsLimited) {
    base::Bytes payload = hex("02 000A 6F6E4D65746144617461");
    for (int i = 0; i < 40; ++i) payload = join({std::move(payload), hex("03 0001 61")});
    EXPECT_EQ(readAs(MessageType::DataAmf0, payload).kind, Kind::NoAmf);
}

} // namespace
} // namespace hookcast::rtmp::test
