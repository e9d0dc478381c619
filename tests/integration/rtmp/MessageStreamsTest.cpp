// Several message streams on one connection: one of them at a time is published or played on.
#include "support/Configs.h"
#include "support/HookCall.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;
using rtmp::Message;
using testing::ElementsAre;

class MessageStreams : public testing::Test {
  protected:
    MessageStreams() : server_(defaultVhost(hooksTo(backend_))) {}

    std::vector<std::string> streamActions() {
        std::vector<std::string> actions = actionsOf(backend_.calls());
        std::erase_if(actions,
                      [](const std::string& action) { return action == "on_connect" || action == "on_close"; });
        return actions;
    }

    static void send(RtmpClient& client, std::string_view command, std::string_view stream, std::uint32_t id) {
        client.sendCommand(command, client.nextTransaction(), {Amf::null(), Amf::string(stream)}, id);
    }

    static void send(RtmpClient& client, Message message, std::uint32_t id) {
        message.messageStreamId = id;
        client.send(message);
    }

    /// The next onStatus and the message stream that it came on.
    static std::string statusOn(RtmpClient& client, std::uint32_t id) {
        for (;;) {
            const Message message = client.expectMessage(rtmp::MessageType::CommandAmf0);
            const auto command = rtmp::parseCommand(message, 32);
            if (!command || command.value().name != "onStatus") continue;
            EXPECT_EQ(message.messageStreamId, id);
            return statusOf(command.value()).code;
        }
    }

    MockBackend backend_;
    HookcastServer server_;
};

TEST_F(MessageStreams, EachHasAnIdOfItsOwn) {
    const auto client = connectClient(server_.port());
    EXPECT_EQ(client->createStream(), 1);
    EXPECT_EQ(client->createStream(), 2);
    client->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(1)});
    EXPECT_EQ(client->createStream(), 1);
}

TEST_F(MessageStreams, ASecondPublicationIsRefusedAndTheFirstGoesOn) {
    const auto player = startPlayer(server_.port(), "one");
    const auto client = connectClient(server_.port());
    client->createStream();
    client->createStream();
    send(*client, "publish", "one", 1);
    EXPECT_EQ(statusOn(*client, 1), "NetStream.Publish.Start");
    send(*client, "publish", "two", 2);
    EXPECT_EQ(statusOn(*client, 2), "NetStream.Publish.BadName");
    send(*client, avcKeyframe(0, 500, 2), 2);
    send(*client, avcKeyframe(0, 500, 1), 1);
    send(*client, "FCUnpublish", "two", 0);
    client->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(2)});
    client->sendCommand("closeStream", 0, {Amf::null()}, 2);
    send(*client, avcKeyframe(40, 500, 3), 1);
    const std::vector<Message> received = player->expectMedia(2);
    EXPECT_EQ(received[0].payload, avcKeyframe(0, 500, 1).payload) << "none of the refused stream";
    EXPECT_EQ(received[1].payload, avcKeyframe(40, 500, 3).payload);
    EXPECT_THAT(streamActions(), ElementsAre("on_play", "on_publish"));
    send(*client, "FCUnpublish", "one", 0);
    backend_.waitForCall("on_unpublish");
}

TEST_F(MessageStreams, APublisherMayNotPlayBesideItAndGoesOn) {
    const auto client = connectClient(server_.port());
    client->createStream();
    client->createStream();
    send(*client, "publish", "one", 1);
    EXPECT_EQ(statusOn(*client, 1), "NetStream.Publish.Start");
    for (const std::uint32_t id : {2U, 1U}) {
        send(*client, "play", "two", id);
        EXPECT_EQ(statusOn(*client, id), "NetStream.Play.Failed");
    }
    client->ping();
    EXPECT_THAT(streamActions(), ElementsAre("on_publish"));
}

TEST_F(MessageStreams, APlayerMayNotPublishBesideItAndGoesOn) {
    const auto publisher = startPublisher(server_.port(), "one");
    publisher->send(avcKeyframe(0));
    publisher->ping();
    const auto client = connectClient(server_.port());
    client->createStream();
    client->createStream();
    send(*client, "play", "one", 1);
    client->expectMedia(1);
    send(*client, "publish", "two", 2);
    EXPECT_EQ(statusOn(*client, 2), "NetStream.Publish.BadName");
    send(*client, "play", "two", 2);
    EXPECT_EQ(statusOn(*client, 2), "NetStream.Play.Failed");
    publisher->send(avcKeyframe(40, 500, 1));
    EXPECT_EQ(client->expectMedia(1).front().payload, avcKeyframe(40, 500, 1).payload);
    EXPECT_THAT(streamActions(), ElementsAre("on_publish", "on_play"));
}

TEST_F(MessageStreams, DeletingAnotherOneTouchesNothing) {
    const auto client = startPublisher(server_.port(), "one");
    for (const double id : {7.0, 2.0, 0.0, -1.0, 4294967297.0, 1e300})
        client->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(id)});
    client->sendCommand("closeStream", 0, {Amf::null()}, 7);
    send(*client, "FCUnpublish", "another", 0);
    const auto player = startPlayer(server_.port(), "one");
    client->send(avcKeyframe(0));
    player->expectMedia(1);
    EXPECT_THAT(streamActions(), ElementsAre("on_publish", "on_play"));
    client->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(1)});
    backend_.waitForCall("on_unpublish");
}

TEST_F(MessageStreams, PlayingAgainChangesTheStream) {
    const auto one = startPublisher(server_.port(), "one");
    const auto two = startPublisher(server_.port(), "two");
    one->send(avcKeyframe(0, 500, 1));
    two->send(avcKeyframe(0, 500, 2));
    one->ping();
    two->ping();
    const auto client = startPlayer(server_.port(), "one");
    EXPECT_EQ(client->expectMedia(1).front().payload, avcKeyframe(0, 500, 1).payload);
    send(*client, "play", "two", 1);
    EXPECT_EQ(client->expectMedia(1).front().payload, avcKeyframe(0, 500, 2).payload);
    one->send(avcKeyframe(40, 500, 3));
    one->ping();
    two->send(avcKeyframe(40, 500, 4));
    EXPECT_EQ(client->expectMedia(1).front().payload, avcKeyframe(40, 500, 4).payload);
    EXPECT_EQ(backend_.waitForCall("on_stop").text("stream"), "one");
    EXPECT_EQ(backend_.waitForCall("on_play", 2).text("stream"), "two");
    EXPECT_THAT(streamActions(), ElementsAre("on_publish", "on_publish", "on_play", "on_stop", "on_play"));
}

TEST_F(MessageStreams, APlayerGetsItsMediaOnTheOneThatItPlaysOn) {
    const auto publisher = startPublisher(server_.port(), "one");
    publisher->send(metadata(640, 360));
    publisher->send(avcKeyframe(0));
    publisher->ping();
    for (const std::uint32_t id : {1U, 2U, 3U}) {
        const auto client = connectClient(server_.port());
        for (std::uint32_t made = 0; made < id; ++made) client->createStream();
        send(*client, "play", "one", id);
        EXPECT_EQ(statusOn(*client, id), "NetStream.Play.Reset");
        for (const Message& message : client->expectMedia(2)) EXPECT_EQ(message.messageStreamId, id);
    }
}

TEST_F(MessageStreams, IdsThatWereNeverGivenOutAreUnderstood) {
    std::size_t ended = 0;
    for (const std::uint32_t id : {0U, 1U, 5U, 4'000'000'000U}) {
        const auto client = connectClient(server_.port());
        send(*client, "publish", "one", id);
        EXPECT_EQ(client->expectStatus().code, "NetStream.Publish.Start") << id;
        const auto player = startPlayer(server_.port(), "one");
        send(*client, avcKeyframe(0), id == 0 ? 1 : 0);
        EXPECT_EQ(player->expectMedia(1).front().payload, avcKeyframe(0).payload);
        client->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(id)});
        backend_.waitForCall("on_unpublish", ++ended);
    }
}

TEST_F(MessageStreams, WhoNamesNoApplicationIsInTheDefaultOne) {
    for (const std::string_view query : {"", "?authmod=adobe&user=u&response=a/b=="}) {
        RtmpClient client(server_.port());
        client.shakeHands();
        ConnectRequest request;
        request.tcUrl = fmt::format("rtmp://127.0.0.1:{}{}", server_.port(), query);
        EXPECT_EQ(client.connect(request).code, "NetConnection.Connect.Success");
        client.createStream();
        // The one before may not be gone yet.
        EXPECT_EQ(client.publish(query.empty() ? "one" : "two").code, "NetStream.Publish.Start");
        const HookCall call = backend_.waitForCall("on_publish", query.empty() ? 1 : 2);
        EXPECT_EQ(call.text("app"), "__defaultApp__");
        EXPECT_EQ(call.text("tcUrl"), request.tcUrl);
    }
}

} // namespace
} // namespace hookcast::integration
