#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include "base/ByteReader.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/HandshakeDigest.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;
using rtmp::Message;
using rtmp::MessageType;

class EveryHandshake : public testing::TestWithParam<rtmp::ClientHandshake::Kind> {};

TEST_P(EveryHandshake, LeadsToAConnection) {
    HookcastServer server(defaultVhost());
    RtmpClient client(server.port());
    client.shakeHands(GetParam());
    EXPECT_EQ(client.connect(requestFor(server.port(), "live")).code, "NetConnection.Connect.Success");
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Dialogue, EveryHandshake,
                         testing::Values(rtmp::ClientHandshake::Kind::Simple, rtmp::ClientHandshake::Kind::Digest,
                                         rtmp::ClientHandshake::Kind::DigestKeyFirst));

TEST_P(EveryHandshake, IsAnsweredInItsOwnKind) {
    HookcastServer server(defaultVhost());
    TcpClient client(server.port());
    const base::Bytes sent = rtmp::ClientHandshake(GetParam()).start();
    client.send(sent);
    base::Bytes answer;
    while (answer.size() < 1 + 2 * rtmp::kHandshakeBytes) {
        const auto more = client.receive();
        ASSERT_TRUE(more.has_value());
        answer.insert(answer.end(), more->begin(), more->end());
    }
    const auto c1 = base::ByteSpan(sent).subspan(1);
    const auto s1 = base::ByteSpan(answer).subspan(1, rtmp::kHandshakeBytes);
    const auto s2 = base::ByteSpan(answer).subspan(1 + rtmp::kHandshakeBytes);
    const auto asked = rtmp::DigestSigner::player().find(c1);
    EXPECT_EQ(rtmp::DigestSigner::server().find(s1).has_value(), asked.has_value());
    const bool answered =
        asked ? rtmp::DigestSigner::server().verifyAnswer(s2, asked->digest) : std::ranges::equal(s2, c1);
    EXPECT_TRUE(answered);
    server.stop();
}

/// What a stream that was just published carries to a player.
void expectMediaToFlow(RtmpClient& publisher, RtmpClient& player) {
    const std::vector<Message> frames = {avcKeyframe(0), avcInterFrame(40)};
    for (const Message& frame : frames) publisher.send(frame);
    EXPECT_EQ(seen(player.expectMedia(frames.size())), seen(frames));
}

class EveryCommandEncoding : public testing::TestWithParam<bool> {
  protected:
    EveryCommandEncoding()
        : server_(defaultVhost(hooksTo(backend_))), player_(startPlayer(server_.port(), "show")),
          publisher_(server_.port()) {
        publisher_.shakeHands();
        publisher_.useAmf3Commands(GetParam());
        ConnectRequest request = requestFor(server_.port(), "live");
        request.objectEncoding = GetParam() ? 3 : 0;
        EXPECT_EQ(publisher_.connect(request).code, "NetConnection.Connect.Success");
        const Amf* encoding = publisher_.connectAnswer().arguments.at(1).find("objectEncoding");
        EXPECT_TRUE(encoding != nullptr && encoding->asNumber() == request.objectEncoding);
    }

    MockBackend backend_;
    HookcastServer server_;
    std::unique_ptr<RtmpClient> player_;
    RtmpClient publisher_;
};

TEST_P(EveryCommandEncoding, FlashMediaLiveEncoderPublishesAndLeaves) {
    const double release = publisher_.nextTransaction();
    publisher_.sendCommand("releaseStream", release, {Amf::null(), Amf::string("show")});
    EXPECT_EQ(publisher_.expectAnswer(release).name, "_result");
    publisher_.sendCommand("FCPublish", publisher_.nextTransaction(), {Amf::null(), Amf::string("show")});
    publisher_.expectCommand("onFCPublish", [](const rtmp::Command& command) { return command.name == "onFCPublish"; });
    EXPECT_EQ(publisher_.createStream(), 1);
    EXPECT_EQ(publisher_.publish("show").code, "NetStream.Publish.Start");
    expectMediaToFlow(publisher_, *player_);

    const double unpublish = publisher_.nextTransaction();
    publisher_.sendCommand("FCUnpublish", unpublish, {Amf::null(), Amf::string("show")});
    EXPECT_EQ(publisher_.expectAnswer(unpublish).name, "_result");
    backend_.waitForCall("on_unpublish");
    publisher_.sendCommand("deleteStream", publisher_.nextTransaction(), {Amf::null(), Amf::number(1)});
    publisher_.ping();
    EXPECT_THAT(server_.closedLines(), testing::IsEmpty());
}

TEST_P(EveryCommandEncoding, FlashPlayerPublishesAndLeaves) {
    EXPECT_EQ(publisher_.createStream(), 1);
    EXPECT_EQ(publisher_.publish("show").code, "NetStream.Publish.Start");
    expectMediaToFlow(publisher_, *player_);

    publisher_.sendCommand("closeStream", 0, {Amf::null()}, 1);
    backend_.waitForCall("on_unpublish");
    publisher_.ping();
    EXPECT_THAT(server_.closedLines(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Dialogue, EveryCommandEncoding, testing::Bool(),
                         [](const auto& test) { return test.param ? "Amf3" : "Amf0"; });

TEST(Dialogue, MetadataWrappedForAmf3IsUnderstood) {
    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "wrapped");
    Message wrapped = metadata(640, 360);
    wrapped.type = MessageType::DataAmf3;
    wrapped.payload.insert(wrapped.payload.begin(), 0);
    publisher->send(wrapped);
    publisher->send(avcKeyframe(0));
    publisher->ping();

    const auto player = startPlayer(server.port(), "wrapped");
    const Message first = player->expectMedia(1).front();
    EXPECT_EQ(first.type, MessageType::DataAmf0);
    EXPECT_EQ(first.payload, metadataPayload(640, 360));
    server.stop();
}

TEST(Dialogue, EnhancedRtmpIsOffered) {
    HookcastServer server(defaultVhost());
    RtmpClient client(server.port());
    client.shakeHands();
    ConnectRequest request = requestFor(server.port(), "live");
    request.fourCcList = {"hvc1", "av01"};
    client.connect(request);
    EXPECT_NE(client.connectAnswer().arguments.at(0).find("fourCcList"), nullptr);
    server.stop();
}

TEST(Dialogue, APingIsAnsweredBeforeConnectToo) {
    HookcastServer server(defaultVhost());
    RtmpClient client(server.port());
    client.shakeHands();
    EXPECT_THAT(client.ping(), testing::IsEmpty());
    server.stop();
}

TEST(Dialogue, AcknowledgementsArriveAtTheWindowThatTheClientAsksFor) {
    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "acknowledged");
    constexpr std::uint32_t kWindow = 20000;
    base::Bytes window;
    rtmp::appendWindowAckSize(window, kWindow);
    publisher->tcp().send(window);
    publisher->ping();

    std::uint32_t last = 0;
    for (std::uint32_t round = 1; round <= 5; ++round) {
        // Two halves: after the first the window may be full or not, after the second it is.
        for (std::uint32_t half = 0; half < 2; ++half) publisher->send(avcKeyframe(round * 40, kWindow / 2, round));
        const Message message = publisher->expectMessage(MessageType::Acknowledgement);
        const std::uint32_t acknowledged = base::ByteReader(message.payload).u32();
        EXPECT_GE(acknowledged - last, kWindow);
        EXPECT_LT(acknowledged, round * (kWindow + 2000) + 20000);
        last = acknowledged;
    }
    server.stop();
}

TEST(Dialogue, AcknowledgementsKeepTheConfiguredWindow) {
    HookcastServer server(defaultVhost("in_ack_size 5000;"));
    const auto publisher = startPublisher(server.port(), "acknowledged");
    publisher->send(avcKeyframe(0, 6000));
    const Message message = publisher->expectMessage(MessageType::Acknowledgement);
    EXPECT_GE(base::ByteReader(message.payload).u32(), 5000U);
    server.stop();
}

/// A client that waits for nothing: all that it has to say is sent behind its handshake, in one piece.
base::Bytes everythingAtOnce(RtmpClient& client, std::uint16_t port, const std::vector<Message>& frames) {
    const ConnectRequest request = requestFor(port, "live");
    const auto command = [&client](std::uint32_t stream, base::Bytes payload) {
        return client.chunked({0, MessageType::CommandAmf0, stream, 3, std::move(payload)});
    };
    std::vector<base::Bytes> pieces = {
        command(0, rtmp::commandPayload(
                       "connect", 1,
                       {Amf::object({{"app", Amf::string(request.app)}, {"tcUrl", Amf::string(request.tcUrl)}})})),
        command(0, rtmp::commandPayload("createStream", 2, {Amf::null()})),
        command(1, rtmp::commandPayload("publish", 3, {Amf::null(), Amf::string("hasty"), Amf::string("live")}))};
    for (const Message& frame : frames) pieces.push_back(client.chunked(frame));
    base::Bytes all;
    for (const base::Bytes& piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
    return all;
}

TEST(Dialogue, NothingIsLostOfAClientThatDoesNotWaitForVerdicts) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_*","stream":"hasty"},"reply":{"delay_ms":200}})");
    HookcastServer server(defaultVhost(hooksTo(backend)));
    const auto player = startPlayer(server.port(), "hasty");
    // More than the server keeps while a verdict is out, and more than the kernel does.
    std::vector<Message> frames = {avcKeyframe(0)};
    for (unsigned i = 1; i <= 200; ++i) frames.push_back(avcInterFrame(i * 40, 50000, i));

    RtmpClient client(server.port());
    client.shakeHands();
    const base::Bytes bytes = everythingAtOnce(client, server.port(), frames);
    std::thread sender([&client, &bytes] { client.tcp().send(bytes); });
    const std::vector<Message> received = player->expectMedia(frames.size());
    sender.join();

    EXPECT_EQ(seen(received), seen(frames));
    EXPECT_EQ(actionsOf(withAction(backend.calls(), "on_publish")).size(), 1U);
    server.stop();
}

TEST(Dialogue, OneConnectionPublishesAgainAfterDeleteStream) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    const auto player = startPlayer(server.port(), "again");
    const auto publisher = startPublisher(server.port(), "again");
    const std::vector<Message> first = {avcKeyframe(0, 500, 1), avcInterFrame(40, 100, 1)};
    for (const Message& frame : first) publisher->send(frame);
    EXPECT_EQ(seen(player->expectMedia(2)), seen(first));

    publisher->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(1)});
    backend.waitForCall("on_unpublish");
    publisher->createStream();
    EXPECT_EQ(publisher->publish("again").code, "NetStream.Publish.Start");
    const std::vector<Message> second = {avcKeyframe(0, 500, 2), avcInterFrame(40, 100, 2)};
    for (const Message& frame : second) publisher->send(frame);

    const std::vector<Message> received = player->expectMedia(2);
    EXPECT_EQ(received[0].payload, second[0].payload);
    EXPECT_EQ(received[1].payload, second[1].payload);
    EXPECT_GT(received[0].timestampMs, 40U);
    backend.waitForCall("on_publish", 2);
    server.stop();
}

TEST(Dialogue, OneConnectionPlaysAgainAfterCloseStream) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    const auto publisher = startPublisher(server.port(), "watched");
    publisher->send(avcKeyframe(0));
    publisher->ping();
    const auto player = startPlayer(server.port(), "watched");
    player->expectMedia(1);

    player->sendCommand("closeStream", 0, {Amf::null()}, 1);
    backend.waitForCall("on_stop");
    player->createStream();
    EXPECT_EQ(player->play("watched").code, "NetStream.Play.Start");
    EXPECT_EQ(player->expectMedia(1).front().payload, avcKeyframe(0).payload);
    backend.waitForCall("on_play", 2);
    server.stop();
}

} // namespace
} // namespace hookcast::integration
