#include "rtmp/Command.h"

#include "unit/rtmp/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kDepth = 32;
constexpr std::string_view kPlay = "02 0004 706C6179 00 4010000000000000"; // "play", 4

base::Result<Command> parsed(MessageType type, const base::Bytes& payload, std::uint32_t maxDepth = kDepth) {
    return parseCommand(Message{0, type, 0, 3, payload}, maxDepth);
}

base::Result<Command> parsed(const base::Bytes& payload) {
    return parsed(MessageType::CommandAmf0, payload);
}

TEST(Command, ReadsNameTransactionAndArguments) {
    const auto command = parsed(join({hex(kPlay), hex("05 02 0001 73 00 C000000000000000")}));
    ASSERT_EQ(errorOf(command), "");
    EXPECT_EQ(command.value().name, "play");
    EXPECT_EQ(command.value().transactionId, 4);
    EXPECT_THAT(command.value().arguments, ElementsAre(Amf::null(), Amf::string("s"), Amf::number(-2)));
}

TEST(Command, NeedsNoArguments) {
    const auto command = parsed(hex(kPlay));
    ASSERT_EQ(errorOf(command), "");
    EXPECT_THAT(command.value().arguments, IsEmpty());
}

TEST(Command, DropsTheFormatSelectorOfAnAmf3Command) {
    const auto command = parsed(MessageType::CommandAmf3, join({hex("00"), hex(kPlay), hex("05 11 06 03 73")}));
    ASSERT_EQ(errorOf(command), "");
    EXPECT_EQ(command.value().name, "play");
    EXPECT_THAT(command.value().arguments, ElementsAre(Amf::null(), Amf::string("s")));
}

TEST(Command, AnAmf3CommandMayLackTheFormatSelector) {
    const auto command = parsed(MessageType::CommandAmf3, join({hex(kPlay), hex("05")}));
    ASSERT_EQ(errorOf(command), "");
    EXPECT_EQ(command.value().name, "play");
}

TEST(Command, OnlyAnAmf3CommandHasAFormatSelector) {
    EXPECT_EQ(errorOf(parsed(join({hex("00"), hex(kPlay)}))), "command name: not a string");
}

TEST(Command, OtherMessagesAreNoCommands) {
    EXPECT_EQ(errorOf(parsed(MessageType::DataAmf0, hex(kPlay))), "message type 18 is no command");
    EXPECT_EQ(errorOf(parsed(MessageType::Video, hex(kPlay))), "message type 9 is no command");
}

TEST(Command, NeedsANameAndATransaction) {
    EXPECT_EQ(errorOf(parsed({})), "command name: AMF0: cut off inside a value");
    EXPECT_EQ(errorOf(parsed(MessageType::CommandAmf3, hex("00"))), "command name: AMF0: cut off inside a value");
    EXPECT_EQ(errorOf(parsed(hex("05"))), "command name: not a string");
    EXPECT_EQ(errorOf(parsed(hex("02 0001 61 00 00"))), "value 1: AMF0: cut off inside a value");
}

/// `publish` of the stream `s`, with what stands for its transaction id.
TEST(Command, TheTransactionIdMayBeMissingOrSomethingElse) {
    struct Case {
        std::string_view values;
        double transactionId;
    };
    const std::string_view argument = "02 0001 73";
    for (const Case& one : {
             Case{"00 4014000000000000 05", 5}, // 5, null
             Case{"05", 0},                     // null alone is the command object
             Case{"05 05", 0},                  // null, null
             Case{"06 05", 0},                  // undefined, null
             Case{"02 0001 35 05", 5},          // "5", null
             Case{"02 0001 35", 5},             // "5" alone: the command object is missing
             Case{"02 0001 78 05", 0},          // "x", null
             Case{"02 0000 05", 0},             // "", null
             Case{"01 01 05", 0},               // true, null
             Case{"03 000009", 0},              // an object alone
             Case{"05 03 000009", 0},           // null, an object
             Case{"", 0},                       // neither
         }) {
        const auto command = parsed(join({hex("02 0007 7075626C697368"), hex(one.values), hex(argument)}));
        ASSERT_EQ(errorOf(command), "") << one.values;
        EXPECT_EQ(command.value().transactionId, one.transactionId) << one.values;
        if (one.values == "02 0001 35") continue;
        ASSERT_EQ(command.value().arguments.size(), 2U) << one.values;
        EXPECT_EQ(command.value().arguments[1], Amf::string("s")) << one.values;
    }
    EXPECT_THAT(parsed(hex("02 0001 61")).value().arguments, IsEmpty());
    EXPECT_THAT(parsed(hex("02 0001 61 05")).value().arguments, ElementsAre(Amf::null()));
}

TEST(Command, ItsNameIsKnownWhateverFollows) {
    EXPECT_EQ(commandName(Message{0, MessageType::CommandAmf0, 0, 3, hex("02 0001 61 FF")}), "a");
    EXPECT_EQ(commandName(Message{0, MessageType::CommandAmf3, 0, 3, hex("00 02 0001 61")}), "a");
    EXPECT_EQ(commandName(Message{0, MessageType::CommandAmf0, 0, 3, hex("02 0009 61")}), "");
    EXPECT_EQ(commandName(Message{0, MessageType::CommandAmf0, 0, 3, {}}), "");
}

TEST(Command, ABrokenArgumentIsAnError) {
    EXPECT_EQ(errorOf(parsed(join({hex(kPlay), hex("05 02 0005 73")}))), "value 3: AMF0: cut off inside a value");
    EXPECT_EQ(errorOf(parsed(join({hex(kPlay), hex("03 0001 61 FF")}))), "value 2: AMF0: unknown marker 0xff");
    EXPECT_EQ(errorOf(parsed(join({hex(kPlay), hex("07 0000")}))), "value 2: AMF0: references are not supported");
}

TEST(Command, BytesThatBeginNoValueAreIgnored) {
    for (const std::string_view garbage : {"FF", "09", "04", "0E", "12 02 0001 61"}) {
        const auto command = parsed(join({hex(kPlay), hex("05"), hex(garbage)}));
        ASSERT_EQ(errorOf(command), "") << garbage;
        EXPECT_THAT(command.value().arguments, ElementsAre(Amf::null()));
    }
}

TEST(Command, NestingIsLimited) {
    base::Bytes payload = hex(kPlay);
    for (int i = 0; i < 10000; ++i) payload = join({std::move(payload), hex("03 0001 61")});
    EXPECT_EQ(errorOf(parsed(payload)), "value 2: AMF0: nested deeper than 32");
}

TEST(Command, ArgumentsShareOneBudget) {
    const base::Bytes name = hex(kPlay);
    EXPECT_EQ(errorOf(parsed(join({name, base::Bytes(65534, 0x05)}))), "");
    EXPECT_EQ(errorOf(parsed(join({name, base::Bytes(65535, 0x05)}))), "value 65536: AMF0: too many values");
}

TEST(Command, WritesAPayload) {
    EXPECT_EQ(commandPayload("play", 4, {}), hex(kPlay));
    EXPECT_EQ(commandPayload("play", 4, {Amf::null(), Amf::string("s")}), join({hex(kPlay), hex("05 02 0001 73")}));
}

TEST(Command, WhatIsWrittenIsReadBack) {
    const std::vector<Amf> arguments{Amf::object({{"app", Amf::string("live")}, {"capabilities", Amf::number(31)}}),
                                     Amf::strictArray({Amf::null()})};
    const auto command = parsed(commandPayload("_result", 1, arguments));
    ASSERT_EQ(errorOf(command), "");
    EXPECT_EQ(command.value().name, "_result");
    EXPECT_EQ(command.value().transactionId, 1);
    EXPECT_EQ(command.value().arguments, arguments);
}

} // namespace
} // namespace hookcast::rtmp::test
