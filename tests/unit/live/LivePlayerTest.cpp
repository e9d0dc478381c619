#include "live/LivePlayer.h"

#include "live/LiveMounts.h"
#include "unit/http/HttpBench.h"
#include "unit/hub/RegistryBench.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>

namespace hookcast::live {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kAsked = "http://backend/asked";
constexpr const char* kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

constexpr std::int64_t kWaitMs = 3000;

/// The vhost of hub::streamOne(), for any host, as FLV and AAC.
config::Config oneVhost(bool hooks, std::int64_t guessAvWaitMs = 0) {
    auto vhost = std::make_shared<config::VhostConfig>(hub::promptVhost());
    vhost->name = "v";
    vhost->httpRemux.enabled = true;
    vhost->play.waitStreamMs = kWaitMs;
    vhost->httpRemux.mounts = {"/[app]/[stream].flv", "/[app]/[stream].aac"};
    vhost->httpRemux.guessAvWaitMs = guessAvWaitMs;
    vhost->hooks.enabled = hooks;
    vhost->hooks.onConnect = {kAsked};
    vhost->hooks.onClose = {kAsked};
    vhost->hooks.onPlay = {kAsked};
    vhost->hooks.onStop = {kAsked};
    config::Config config;
    config.vhosts = {vhost};
    return config;
}

class LivePlayerTest : public testing::Test {
  protected:
    explicit LivePlayerTest(bool hooks = false) : bench_(oneVhost(hooks)) {
        bench_.context.handlers = {&mounts_};
        bench_.open();
    }
    ~LivePlayerTest() override { bench_.drop(); }

    void publish() { publisher_.emplace(bench_.gate, bench_.streams); }

    /// A tag of FLV without its header, in which only the body matters here.
    static std::string tagWith(const std::string& body) {
        return std::string(3, '\0') + body + std::string(3, '\0') + static_cast<char>(11 + body.size());
    }

    http::HttpBench bench_;
    LiveMounts mounts_{bench_.context, std::make_shared<const config::Config>(oneVhost(false))};
    std::optional<hub::TestPublisher> publisher_;
};

TEST_F(LivePlayerTest, GetsTheStreamUntilItsPublisherLeaves) {
    publish();
    publisher_->config("config");
    publisher_->key(0, "key");
    const std::string head = bench_.get("/live/one.flv");
    EXPECT_THAT(head, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Type: video/x-flv\r\n"),
                            HasSubstr("Connection: close\r\n"), HasSubstr("Cache-Control: no-cache"),
                            Not(HasSubstr("\r\nContent-Length"))));
    publisher_->video(40, "video");
    publisher_->end();
    const std::string body = bench_.peer().receiveToEnd();
    EXPECT_EQ(body.substr(0, 13), std::string("FLV\x01\x01\0\0\0\x09\0\0\0\0", 13)) << "a picture and no sound";
    EXPECT_THAT(body.substr(13),
                AllOf(HasSubstr(tagWith("config")), HasSubstr(tagWith("key")), EndsWith(tagWith("video"))));
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_THAT(bench_.lineWith("closed: "), AllOf(HasSubstr("[trace]"), HasSubstr("closed: the publisher has left")));
}

TEST_F(LivePlayerTest, Gets404ForAStreamThatNobodyPublishes) {
    EXPECT_THAT(bench_.get("/live/one.flv?token=secret"),
                AllOf(StartsWith("HTTP/1.1 404"), EndsWith("nobody publishes this stream\n")));
    EXPECT_THAT(bench_.lineWith(": 404"), EndsWith("GET /live/one.flv: 404 nobody publishes this stream"));
    publish();
    EXPECT_THAT(bench_.get("/live/one.flv"), StartsWith("HTTP/1.1 200")) << "the same connection may ask again";
}

/// Behind those who may have a file of that name.
class LivePlayerThatWaitsTest : public LivePlayerTest {
  protected:
    LivePlayerThatWaitsTest() {
        bench_.context.handlers = {&mounts_, &mounts_.unpublished()};
        bench_.say("GET /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
        bench_.gate.runner.settle();
    }
};

TEST_F(LivePlayerThatWaitsTest, GetsTheStreamWhenItComes) {
    bench_.gate.pass(kWaitMs - 1);
    publish();
    publisher_->key(0, "key");
    EXPECT_THAT(bench_.answer(), StartsWith("HTTP/1.1 200"));
    publisher_->end();
    EXPECT_THAT(bench_.peer().receiveToEnd(), HasSubstr(tagWith("key")));
}

TEST_F(LivePlayerThatWaitsTest, Gets404WhenTheTimeIsOver) {
    bench_.gate.pass(kWaitMs - 1);
    EXPECT_EQ(bench_.gone(), 0);
    bench_.gate.pass(1);
    EXPECT_THAT(bench_.peer().receiveToEnd(),
                AllOf(StartsWith("HTTP/1.1 404"), EndsWith("nobody publishes this stream\n")));
}

TEST_F(LivePlayerThatWaitsTest, MayLeaveMeanwhile) {
    EXPECT_NE(bench_.streams.streamId(hub::streamOne()), "") << "it is waited for";
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_EQ(bench_.streams.streamId(hub::streamOne()), "");
}

/// Of a stream that does not say what it will hold.
class LivePlayerBeforeTheTracksTest : public LivePlayerTest {
  protected:
    static constexpr std::int64_t kGuessMs = 1000;

    LivePlayerBeforeTheTracksTest() {
        bench_.context.handlers = {&patientMounts_};
        publish();
        publisher_->config("config");
    }
    ~LivePlayerBeforeTheTracksTest() override { bench_.drop(); }

    LiveMounts patientMounts_{bench_.context, std::make_shared<const config::Config>(oneVhost(false, kGuessMs))};
};

TEST_F(LivePlayerBeforeTheTracksTest, LearnsAfterAWhileThatThereIsNoSound) {
    publisher_->key(0, "key");
    EXPECT_THAT(bench_.get("/live/one.flv"), StartsWith("HTTP/1.1 200 OK\r\n"));
    bench_.gate.pass(kGuessMs - 1);
    publisher_->video(40, "video");
    bench_.gate.pass(1);
    EXPECT_EQ(bench_.peer().receive(13), std::string("FLV\x01\x01\0\0\0\x09\0\0\0\0", 13));
    publisher_->end();
    EXPECT_THAT(bench_.peer().receiveToEnd(), AllOf(HasSubstr(tagWith("key")), EndsWith(tagWith("video"))))
        << "it misses nothing of the group of pictures";
}

TEST_F(LivePlayerBeforeTheTracksTest, NeedNotWaitForAStreamThatHasRunForAWhile) {
    publisher_->key(0, "key");
    bench_.gate.pass(kGuessMs);
    bench_.get("/live/one.flv");
    EXPECT_EQ(bench_.peer().receive(13), std::string("FLV\x01\x01\0\0\0\x09\0\0\0\0", 13));
}

TEST_F(LivePlayerBeforeTheTracksTest, WaitsAsLongWhereNothingComes) {
    bench_.get("/live/one.flv");
    bench_.gate.runner.settle();
    bench_.gate.pass(kGuessMs);
    EXPECT_EQ(bench_.peer().receive(13), std::string("FLV\x01\x01\0\0\0\x09\0\0\0\0", 13))
        << "what is announced, by its configuration";
}

TEST_F(LivePlayerBeforeTheTracksTest, IsToldOfTheEndMeanwhile) {
    bench_.get("/live/one.flv", kUpgrade);
    bench_.gate.runner.settle();
    publisher_->key(0, "key");
    publisher_->end();
    EXPECT_THAT(bench_.peer().receiveToEnd(),
                AllOf(HasSubstr("FLV\x01\x01"), HasSubstr("key"), EndsWith("\x88\x02\x03\xE8")))
        << "at once, and it has missed nothing";
}

TEST_F(LivePlayerBeforeTheTracksTest, IsAnsweredOverWebSocketMeanwhile) {
    bench_.get("/live/one.flv", kUpgrade);
    bench_.say(std::string("\x89\x82\0\0\0\0hi", 8));
    bench_.gate.pass(kGuessMs);
    EXPECT_THAT(bench_.peer().receive(2 + 13), StartsWith("\x82\x0D"
                                                          "FLV"));
    EXPECT_EQ(bench_.peer().receive(4), "\x8A\x02hi");
    bench_.peer().send(std::string("\x88\x80\0\0\0\0", 6));
    EXPECT_EQ(bench_.peer().receiveToEnd(), "\x88\x02\x03\xE8");
}

TEST_F(LivePlayerTest, EchoesASubProtocol) {
    publish();
    EXPECT_THAT(bench_.get("/live/one.flv", std::string(kUpgrade) + "Sec-WebSocket-Protocol: flv.live, x\r\n"),
                HasSubstr("\r\nSec-WebSocket-Protocol: flv.live\r\n"));
}

TEST_F(LivePlayerTest, HeadDoesNotTellWhetherSomebodyPublishes) {
    bench_.context.handlers = {&mounts_, &mounts_.unpublished()};
    bench_.peer().send("HEAD /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string unpublished = bench_.answer();
    EXPECT_THAT(unpublished, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Type: video/x-flv\r\n")));
    publish();
    bench_.peer().send("HEAD /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(bench_.answer(), unpublished);
}

TEST_F(LivePlayerTest, Gets404ForSoundOfAnotherKind) {
    publish();
    EXPECT_THAT(bench_.get("/live/one.aac"), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("audio/aac")))
        << "nothing is known yet";
}

TEST_F(LivePlayerTest, OnlyReads) {
    publish();
    bench_.peer().send("HEAD /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(bench_.answer(), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Type: video/x-flv\r\n"),
                                       Not(HasSubstr("\r\nContent-Length"))));
    bench_.peer().send("POST /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(bench_.answer(), AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, HEAD, OPTIONS\r\n")));
}

TEST_F(LivePlayerTest, MaySayWhatItLikesMeanwhile) {
    publish();
    publisher_->key(0, "key");
    bench_.get("/live/one.flv");
    bench_.peer().send("GET /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n\x01\x02");
    bench_.gate.runner.settle();
    publisher_->video(40, "video");
    publisher_->end();
    EXPECT_THAT(bench_.peer().receiveToEnd(), EndsWith(tagWith("video")));
}

TEST_F(LivePlayerTest, GetsFramesOverWebSocket) {
    publish();
    publisher_->key(0, "key");
    EXPECT_THAT(bench_.get("/live/one.flv", kUpgrade),
                AllOf(StartsWith("HTTP/1.1 101 Switching Protocols\r\n"), HasSubstr("Connection: Upgrade\r\n"),
                      HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")));
    EXPECT_THAT(bench_.peer().receive(2 + 13), StartsWith("\x82\x0D"
                                                          "FLV"));
    EXPECT_THAT(bench_.peer().receive(2 + 18), AllOf(StartsWith("\x82\x12"), HasSubstr("key")));
    // A ping between two frames.
    bench_.peer().send(std::string("\x89\x82\0\0\0\0hi", 8));
    EXPECT_EQ(bench_.peer().receive(4), "\x8A\x02hi");
    publisher_->end();
    EXPECT_EQ(bench_.peer().receiveToEnd(), "\x88\x02\x03\xE8");
}

TEST_F(LivePlayerTest, MayCloseItsWebSocket) {
    publish();
    bench_.get("/live/one.flv", kUpgrade);
    bench_.peer().receive(2 + 13);
    bench_.peer().send(std::string("\x88\x80\0\0\0\0", 6));
    EXPECT_EQ(bench_.peer().receiveToEnd(), "\x88\x02\x03\xE8");
    EXPECT_THAT(bench_.lineWith("closed: "), AllOf(HasSubstr("[trace]"), HasSubstr("closed: closed by the client")));
}

TEST_F(LivePlayerTest, IsToldWhatIsWrongWithItsWebSocket) {
    publish();
    bench_.get("/live/one.flv", kUpgrade);
    bench_.peer().receive(2 + 13);
    bench_.peer().send(std::string("\x82\x01x", 3));
    EXPECT_EQ(bench_.peer().receiveToEnd(), "\x88\x02\x03\xEA");
    EXPECT_THAT(bench_.lineWith("closed: "), HasSubstr("closed: broken WebSocket: a frame without mask"));
}

TEST_F(LivePlayerTest, IsRefusedABrokenHandshake) {
    publish();
    EXPECT_THAT(bench_.get("/live/one.flv", "Upgrade: websocket\r\nConnection: Upgrade\r\n"),
                AllOf(StartsWith("HTTP/1.1 426 Upgrade Required\r\n"), HasSubstr("Sec-WebSocket-Version: 13\r\n")));
    EXPECT_THAT(bench_.get("/live/one.flv", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
                StartsWith("HTTP/1.1 400"));
}

class LivePlayerWithHooksTest : public LivePlayerTest {
  protected:
    LivePlayerWithHooksTest() : LivePlayerTest(true) {
        bench_.context.handlers = {&askingMounts_};
        publish();
    }

    std::string asked(std::size_t call) { return bench_.gate.transport.requests().at(call).body; }

    LiveMounts askingMounts_{bench_.context, std::make_shared<const config::Config>(oneVhost(true))};
};

TEST_F(LivePlayerWithHooksTest, IsAskedAboutByteForByte) {
    bench_.peer().send("GET /live/one.flv?token=a%20b&c= HTTP/1.1\r\nHost: a:8080\r\nReferer: http://page/\r\n\r\n");
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(1));
    EXPECT_THAT(asked(0), AllOf(HasSubstr(R"("action":"on_connect")"), HasSubstr(R"("param":"?token=a%20b&c=")"),
                                HasSubstr(R"("tcUrl":"http://a:8080/live")"), HasSubstr(R"("stream":"one")"),
                                HasSubstr(R"("pageUrl":"http://page/")"), HasSubstr(R"("app":"live")")));
    bench_.gate.transport.answer(0, support::yes());
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(2));
    EXPECT_THAT(asked(1), AllOf(HasSubstr(R"("action":"on_play")"), HasSubstr(R"("param":"?token=a%20b&c=")"),
                                HasSubstr(R"("stream":"one")")));
    bench_.gate.transport.answer(1, support::yes());
    EXPECT_THAT(bench_.answer(), StartsWith("HTTP/1.1 200"));
    bench_.peer().receive(13);
    bench_.peer().close();
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(3));
    EXPECT_THAT(asked(2), AllOf(HasSubstr(R"("action":"on_stop")"), HasSubstr("peer closed the connection")));
    bench_.gate.transport.answer(2, support::yes());
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(4));
    EXPECT_THAT(asked(3), HasSubstr(R"("action":"on_close")"));
    bench_.gate.transport.answer(3, support::yes());
}

TEST_F(LivePlayerWithHooksTest, Gets403WhereTheBackendSaysNo) {
    bench_.peer().send("GET /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(1));
    bench_.gate.transport.answer(0, support::no());
    EXPECT_THAT(bench_.peer().receiveToEnd(), AllOf(StartsWith("HTTP/1.1 403 Forbidden\r\n"),
                                                    HasSubstr("Connection: close\r\n"), HasSubstr("refused by hook")));
    EXPECT_THAT(bench_.lineWith("closed: "), HasSubstr("closed: GET /live/one.flv: 403 refused by hook"));
    EXPECT_THAT(bench_.gate.transport.requests(), SizeIs(1));
}

TEST_F(LivePlayerWithHooksTest, Gets404WhereThePublisherHasLeftMeanwhile) {
    bench_.peer().send("GET /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(1));
    bench_.gate.transport.answer(0, support::yes());
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(2));
    publisher_->end();
    bench_.gate.transport.answer(1, support::yes());
    bench_.gate.runner.settle();
    bench_.gate.pass(kWaitMs);
    EXPECT_THAT(bench_.peer().receiveToEnd(), StartsWith("HTTP/1.1 404"));
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(3));
    EXPECT_THAT(asked(2), HasSubstr(R"("action":"on_stop")")) << "what was opened last ends first";
    bench_.gate.transport.answer(2, support::yes());
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(4));
    EXPECT_THAT(asked(3), HasSubstr(R"("action":"on_close")"));
    bench_.gate.transport.answer(3, support::yes());
}

TEST_F(LivePlayerWithHooksTest, CancelsWhatIsAskedWhenItLeaves) {
    bench_.peer().send("GET /live/one.flv HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(1));
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    bench_.gate.transport.answer(0, support::yes());
    ASSERT_TRUE(bench_.gate.transport.waitForCalls(2));
    EXPECT_THAT(asked(1), HasSubstr(R"("action":"on_close")")) << "and not on_play";
    bench_.gate.transport.answer(1, support::yes());
}

} // namespace
} // namespace hookcast::live
