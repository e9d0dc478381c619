// What encoders send beside sound and pictures, and what players are sent beside them.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using rtmp::MessageType;

Message dataMessage(base::Bytes payload, MessageType type = MessageType::DataAmf0) {
    Message message = metadata(640, 360);
    message.type = type;
    message.payload = std::move(payload);
    return message;
}

base::Bytes joined(std::initializer_list<base::Bytes> parts) {
    base::Bytes all;
    for (const base::Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

base::Bytes textOf(std::string_view text) {
    return {text.begin(), text.end()};
}

/// AMF0: a number 1, a null, a string.
const base::Bytes kOne = {0, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0};
const base::Bytes kNull = {5};
base::Bytes string(std::string_view text) {
    return joined({{2, 0, static_cast<std::uint8_t>(text.size())}, textOf(text)});
}

/// The first message that a player gets who comes after `messages` and a keyframe.
Message firstAfter(const std::vector<Message>& messages) {
    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : messages) publisher->send(message);
    publisher->send(avcKeyframe(0));
    publisher->ping();
    return startPlayer(server.port(), "show")->expectMedia(1).front();
}

TEST(DataMessages, WhatIsNoAmfIsPassedOver) {
    HookcastServer server(defaultVhost());
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    for (const MessageType type : {MessageType::DataAmf0, MessageType::DataAmf3})
        for (const base::Bytes& payload :
             {base::Bytes{0}, base::Bytes{0xFF}, base::Bytes{0, 0, 0, 0}, textOf("a line of text"), noise(5000, 1)})
            publisher->send(dataMessage(payload, type));
    publisher->send(aggregateOf({dataMessage({0}), avcKeyframe(0)}, 0));
    EXPECT_EQ(seen(player->expectMedia(1).front()), seen(avcKeyframe(0)));
    server.stop();
    EXPECT_EQ(server.log().count("a data message that is no AMF is passed over"), 1U);
}

TEST(DataMessages, MetadataIsUnderstoodInEveryForm) {
    const base::Bytes plain = metadataPayload(640, 360);
    const base::Bytes set = string("@setDataFrame");
    const std::vector<std::pair<base::Bytes, MessageType>> forms = {
        {plain, MessageType::DataAmf0},
        {joined({set, plain}), MessageType::DataAmf0},
        {joined({string("setDataFrame"), plain}), MessageType::DataAmf0},
        {joined({kOne, kOne, plain}), MessageType::DataAmf0},
        {joined({{0}, plain}), MessageType::DataAmf0},
        {joined({{0}, set, plain}), MessageType::DataAmf3},
        {joined({set, plain}), MessageType::CommandAmf0},
        {joined({set, kOne, kNull, plain}), MessageType::CommandAmf0},
        {joined({{0}, set, plain}), MessageType::CommandAmf3},
        {plain, MessageType::CommandAmf0},
    };
    for (const auto& [payload, type] : forms) {
        const Message first = firstAfter({dataMessage(payload, type)});
        EXPECT_EQ(first.type, MessageType::DataAmf0);
        EXPECT_EQ(first.payload, plain);
    }
}

TEST(DataMessages, BrokenMetadataDoesNotReplaceThatBefore) {
    base::Bytes broken = metadataPayload(1, 1);
    broken.resize(broken.size() - 5);
    EXPECT_EQ(firstAfter({metadata(640, 360), dataMessage(broken)}).payload, metadataPayload(640, 360));
}

TEST(DataMessages, ClearedMetadataIsNotForLatePlayers) {
    const Message clear = dataMessage(string("@clearDataFrame"));
    EXPECT_EQ(firstAfter({metadata(640, 360), clear}).payload, avcKeyframe(0).payload);
    EXPECT_EQ(firstAfter({metadata(640, 360), avcKeyframe(0, 500, 1), clear}).payload, avcKeyframe(0).payload);

    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "show");
    const auto early = startPlayer(server.port(), "show");
    for (const Message& message : {metadata(640, 360), avcKeyframe(0)}) publisher->send(message);
    early->expectMedia(2);
    publisher->send(clear);
    publisher->ping();
    EXPECT_EQ(startPlayer(server.port(), "show")->expectMedia(1).front().payload, avcKeyframe(0).payload)
        << "behind a keyframe that was there before";
}

TEST(DataMessages, CommandsNeedNoTransactionId) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    for (const base::Bytes& id : {base::Bytes{}, kNull, string("5"), string("five")}) {
        const auto client = connectClient(server.port());
        const auto send = [&](std::string_view name, std::uint32_t stream, const base::Bytes& rest) {
            client->send({0, MessageType::CommandAmf0, stream, 3, joined({string(name), id, kNull, rest})});
        };
        send("releaseStream", 0, string("show"));
        send("FCPublish", 0, string("show"));
        send("createStream", 0, {});
        send("publish", 1, string("show"));
        EXPECT_EQ(client->expectStatus().code, "NetStream.Publish.Start");
        send("FCUnpublish", 0, string("show"));
        send("nobodyKnowsThis", 0, {});
        client->ping();
    }
    server.stop();
}

TEST(DataMessages, ConnectNeedsNoneEither) {
    HookcastServer server(defaultVhost());
    RtmpClient client(server.port());
    client.shakeHands();
    const ConnectRequest request = requestFor(server.port(), "live");
    const base::Bytes command = rtmp::commandPayload(
        "connect", 1,
        {rtmp::Amf::object({{"app", rtmp::Amf::string("live")}, {"tcUrl", rtmp::Amf::string(request.tcUrl)}})});
    base::Bytes withoutId = command;
    const auto at = withoutId.begin() + static_cast<std::ptrdiff_t>(string("connect").size());
    withoutId.erase(at, at + static_cast<std::ptrdiff_t>(kOne.size()));
    client.send({0, MessageType::CommandAmf0, 0, 3, withoutId});
    EXPECT_EQ(client.expectAnswer(1).name, "_result");
}

TEST(DataMessages, ATimecodeTrackDoesNotEndItsPublisher) {
    const TempFolder folder;
    const std::string clip = folder.file("timecode.mov");
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-timecode", "01:00:00:00", clip});
    ASSERT_THAT(runFfprobe({"-show_entries", "stream=codec_type", clip}), testing::HasSubstr("codec_type=data"));
    HookcastServer server(defaultVhost());
    runFfmpeg({"-i", clip, "-map", "0", "-c", "copy", "-f", "flv", server.url("live/show")});
    server.stop();
    EXPECT_EQ(server.log().count("a data message that is no AMF is passed over"), 1U);
}

TEST(DataMessages, FfmpegSeesNoStreamThatIsNone) {
    HookcastServer server(defaultVhost());
    const FfmpegRun publisher(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show")});
    server.waitForLog("publishes __defaultVhost__/live/show");
    const std::string url = server.url("live/show");
    const std::string types = runFfprobe({"-show_entries", "stream=codec_type", "-of", "csv=p=0", url});
    EXPECT_EQ(types, "video\naudio\n");
    const TempFolder folder;
    const std::string copy = folder.file("copy.mp4");
    runFfmpeg({"-i", url, "-map", "0", "-c", "copy", "-t", "1", copy});
    EXPECT_EQ(runFfprobe({"-show_entries", "stream=codec_type", "-of", "csv=p=0", copy}), "video\naudio\n");
}

} // namespace
} // namespace hookcast::integration
