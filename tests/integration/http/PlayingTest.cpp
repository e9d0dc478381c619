#include "media/FlvBody.h"
#include "support/Configs.h"
#include "support/FlvTags.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/WebSocketClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using testing::HasSubstr;
using testing::SizeIs;

/// A publisher of `live/show` and what it has sent.
class HttpPlaying : public testing::Test {
  protected:
    void send(const Message& message) {
        publisher_->send(message);
        sent_.push_back(seen(message));
    }

    /// Headers and two frames: a player that comes later begins with them.
    void begin() {
        send(avcConfig(0));
        send(aacConfig(0));
        send(avcKeyframe(0, 5000));
        send(aacFrame(10));
        publisher_->sync();
    }

    /// A stream with everything that was sent, as FLV.
    std::size_t flvBytes() const {
        constexpr std::size_t kAroundBody = 15;
        std::size_t size = kFlvHeaderBytes;
        for (const Seen& message : sent_) size += kAroundBody + message.payload.size();
        return size;
    }

    HttpHookcast hookcast_{defaultVhost(std::string("atc on;\nplay { wait_stream 0; }\n") + kAllMounts) +
                           "vhost silent.com { }\n"};
    std::unique_ptr<RtmpClient> publisher_ = startPublisher(hookcast_.rtmpPort(), "show");
    std::vector<Seen> sent_;
};

TEST_F(HttpPlaying, GivesThePublishersMessagesAsTags) {
    begin();
    HttpClient player(hookcast_.httpPort());
    const HttpAnswer answer = player.get("/live/show.flv?token=x");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("content-type"), "video/x-flv");
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_THAT(answer.field("server"), testing::StartsWith("hookcast/"));
    std::string flv = player.receiveBytes(flvBytes());
    EXPECT_EQ(flv[4], 5) << "sound and picture";
    const std::size_t before = flv.size();
    send(avcInterFrame(40));
    send(avcKeyframe(0x01000002, 70000));
    flv += player.receiveBytes(flvBytes() - before);
    EXPECT_EQ(seen(readFlv(flv)), sent_);
    hookcast_.server().stop();
}

TEST_F(HttpPlaying, GivesTheSameOverWebSocketInBinaryFrames) {
    begin();
    HttpClient plain(hookcast_.httpPort());
    EXPECT_EQ(plain.get("/live/show.flv").status, 200);
    WebSocketClient player(hookcast_.httpPort(), "/live/show.flv");
    EXPECT_EQ(player.answer().status, 101);
    EXPECT_EQ(player.answer().field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(player.receiveBinary(flvBytes()), plain.receiveBytes(flvBytes()));
    player.send(1, "a message that nobody reads");
    player.send(9, "hello");
    const WebSocketClient::Frame pong = player.receive();
    EXPECT_EQ(pong.opcode, 10U);
    EXPECT_EQ(pong.payload, "hello");
    const std::size_t before = flvBytes();
    send(avcKeyframe(40, 70000));
    EXPECT_EQ(player.receiveBinary(flvBytes() - before), plain.receiveBytes(flvBytes() - before));
    player.send(8, "\x03\xE8");
    EXPECT_EQ(player.receive().opcode, 8U);
    EXPECT_EQ(player.http().receiveToEnd(), "");
    hookcast_.server().waitForLog("closed: closed by the client");
    hookcast_.server().stop();
}

TEST_F(HttpPlaying, EndsWithThePublisher) {
    begin();
    HttpClient plain(hookcast_.httpPort());
    plain.get("/live/show.flv");
    plain.receiveBytes(flvBytes());
    WebSocketClient webSocket(hookcast_.httpPort(), "/live/show.flv");
    webSocket.receiveBinary(flvBytes());
    const std::size_t before = flvBytes();
    send(avcInterFrame(40));
    publisher_->tcp().reset();
    EXPECT_EQ(plain.receiveToEnd().size(), flvBytes() - before) << "the last frame, and nothing behind it";
    webSocket.receiveBinary(flvBytes() - before);
    const WebSocketClient::Frame close = webSocket.receive();
    EXPECT_EQ(close.opcode, 8U);
    EXPECT_EQ(close.payload, "\x03\xE8");
    EXPECT_EQ(webSocket.http().receiveToEnd(), "");
    hookcast_.server().waitForLog("closed: the publisher has left", 2);
    EXPECT_EQ(HttpClient(hookcast_.httpPort()).get("/live/show.flv").status, 404);
    hookcast_.server().stop();
}

TEST_F(HttpPlaying, APublisherThatLeavesAtOnceLeavesNoPlayerWaiting) {
    // Players come at every moment of short publications: each gets its end.
    for (int i = 0; i < 30; ++i) {
        const std::string name = fmt::format("brief-{}", i);
        const auto brief = startPublisher(hookcast_.rtmpPort(), name);
        HttpClient player(hookcast_.httpPort());
        player.send("GET", "/live/" + name + ".flv");
        brief->tcp().reset();
        const HttpAnswer answer = player.receive();
        EXPECT_TRUE(answer.status == 200 || answer.status == 404);
        if (answer.status == 200) player.receiveToEnd();
    }
    hookcast_.server().stop();
}

TEST_F(HttpPlaying, AnswersHeadAndOptions) {
    HttpClient client(hookcast_.httpPort());
    client.send("HEAD", "/live/show.flv");
    const HttpAnswer head = client.receive(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("content-type"), "video/x-flv");
    EXPECT_EQ(head.field("access-control-allow-origin"), "*");
    client.send("HEAD", "/live/other.flv");
    EXPECT_EQ(client.receive(true).status, 200) << "it does not tell whether somebody publishes";
    client.send("OPTIONS", "/live/show.flv", "Origin: http://page\r\nAccess-Control-Request-Method: GET\r\n");
    const HttpAnswer options = client.receive();
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.field("access-control-allow-origin"), "*");
    EXPECT_THAT(options.field("access-control-allow-methods"), HasSubstr("GET"));
    client.send("PUT", "/live/show.flv", "Content-Length: 0\r\n");
    EXPECT_EQ(client.receive().status, 405);
    EXPECT_EQ(client.get("/live/show.flv").status, 200) << "all on one connection";
    hookcast_.server().stop();
}

TEST_F(HttpPlaying, KnowsOnlyWhatIsMountedAndPublished) {
    EXPECT_EQ(HttpClient(hookcast_.httpPort()).get("/live/other.flv").status, 404);
    HttpClient client(hookcast_.httpPort());
    for (const char* path : {"/", "/live", "/live/show", "/live/show.mp4", "/show.flv"}) {
        EXPECT_EQ(client.get(path).status, 404) << path;
    }
    EXPECT_EQ(client.get("/live/show.flv?vhost=silent.com").status, 404) << "it has no http_remux";
    client.sendRaw("GET /live/show.flv HTTP/1.1\r\nHost: silent.com\r\n\r\n");
    EXPECT_EQ(client.receive().status, 404);
    hookcast_.server().stop();
    EXPECT_THAT(hookcast_.server().log().lines(), testing::Contains(HasSubstr(": 404 ")).Times(8));
    EXPECT_EQ(hookcast_.server().log().count("token"), 0U);
}

TEST_F(HttpPlaying, HasNoSoundOfAnotherKind) {
    begin();
    const HttpAnswer mp3 = HttpClient(hookcast_.httpPort()).get("/live/show.mp3");
    EXPECT_EQ(mp3.status, 404);
    EXPECT_EQ(mp3.body, "the stream has no sound of this kind\n");
    HttpClient client(hookcast_.httpPort());
    const HttpAnswer aac = client.get("/live/show.aac");
    EXPECT_EQ(aac.status, 200);
    EXPECT_EQ(aac.field("content-type"), "audio/aac");
    EXPECT_THAT(client.receiveBytes(2), testing::StartsWith("\xFF\xF1"));
    hookcast_.server().stop();
}

/// A publisher that announces a sound which never comes, in all ways: a browser would wait for it.
TEST(HttpServing, ASilentSoundIsNotPromised) {
    HttpHookcast hookcast(defaultVhost(kAllMounts));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    const base::Bytes told = media::writeMetadata(media::Codec::Avc, media::Codec::Aac);
    rtmp::Message metadata;
    metadata.type = rtmp::MessageType::DataAmf0;
    metadata.messageStreamId = 1;
    metadata.chunkStreamId = 6;
    metadata.payload = told;
    publisher->send(metadata);
    publisher->send(avcConfig(0));
    publisher->send(aacConfig(0));
    publisher->send(avcKeyframe(0));
    publisher->sync();
    const auto look = [](const std::string& flv) {
        EXPECT_EQ(flv.at(4), 1);
        EXPECT_EQ(flv.find("audiocodecid"), std::string::npos);
        EXPECT_NE(flv.find("videocodecid"), std::string::npos);
        for (const Message& message : readFlv(flv)) EXPECT_NE(message.type, rtmp::MessageType::Audio);
    };
    HttpClient player(hookcast.httpPort());
    EXPECT_EQ(player.get("/live/show.flv").status, 200);
    WebSocketClient browser(hookcast.httpPort(), "/live/show.flv");
    const std::size_t bytes = kFlvHeaderBytes + 3 * 15 +
                              media::writeMetadata(media::Codec::Avc, media::Codec::None).size() +
                              avcConfig(0).payload.size() + avcKeyframe(0).payload.size();
    look(player.receiveBytes(bytes));
    look(browser.receiveBinary(bytes));
    publisher->send(aacFrame(5000)); // for those who come now
    publisher->sync();
    HttpClient later(hookcast.httpPort());
    later.get("/live/show.flv");
    EXPECT_EQ(later.receiveBytes(kFlvHeaderBytes).at(4), 5);
    hookcast.server().stop();
}

TEST(HttpServing, WithoutAHostTheAddressIsTheHost) {
    HttpHookcast hookcast(defaultVhost(kAllMounts));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    HttpClient client(hookcast.httpPort());
    client.sendRaw("GET /live/show.flv HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
    HttpClient lost(hookcast.httpPort());
    lost.sendRaw("GET /live/show.flv HTTP/1.1\r\n\r\n");
    EXPECT_EQ(lost.receive().status, 400);
    hookcast.server().stop();
}

TEST(HttpServing, ABackslashMayBeInAName) {
    HttpHookcast hookcast(defaultVhost(std::string("play { wait_stream 0; }\n") + kAllMounts));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "a\\b");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    for (const char* path : {"/live/a%5Cb.flv", "/live/a\\b.flv"})
        EXPECT_EQ(HttpClient(hookcast.httpPort()).get(path).status, 200) << path;
    hookcast.server().stop();
}

TEST(HttpServing, WithoutCrossdomainNoOtherOriginMayRead) {
    HttpHookcast hookcast(defaultVhost(kAllMounts), "crossdomain off;");
    HttpClient client(hookcast.httpPort());
    EXPECT_EQ(client.get("/nothing.html").fields.count("access-control-allow-origin"), 0U);
    client.send("OPTIONS", "/live/show.flv");
    EXPECT_EQ(client.receive().fields.count("access-control-allow-origin"), 0U);
    hookcast.server().stop();
}

TEST(HttpServing, AVhostIsFoundByTheHost) {
    HttpHookcast hookcast(defaultVhost() + vhost("own.com", kAllMounts));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show?vhost=own.com");
    HttpClient client(hookcast.httpPort());
    EXPECT_EQ(client.get("/live/show.flv").status, 404);
    client.sendRaw("GET /live/show.flv HTTP/1.1\r\nHost: own.com:8080\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
    HttpClient other(hookcast.httpPort());
    EXPECT_EQ(other.get("/live/show.flv?vhost=own.com").status, 200);
    hookcast.server().stop();
}

TEST(HttpServing, APortInUseIsNamedWithItsDirective) {
    HttpHookcast first(defaultVhost(kAllMounts));
    const TempFolder folder;
    const FreePort port;
    const std::string file = folder.write(
        "second.conf",
        fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_tank console;\npid {};\nwork_dir {};\n"
                    "http_server {{\n  enabled on;\n  listen 127.0.0.1:{};\n}}\n{}",
                    port.number(), folder.file("pid"), folder.path().string(), first.httpPort(), defaultVhost()));
    ChildProcess second({{hookcastProgram(), "-c", file}, {}, {}});
    EXPECT_EQ(second.waitForExit().code, 1);
    EXPECT_THAT(second.errors().text(), HasSubstr(fmt::format("port {}", first.httpPort())));
    EXPECT_THAT(second.errors().text(), HasSubstr(fmt::format("directive `listen 127.0.0.1:{}`", first.httpPort())));
    EXPECT_THAT(second.errors().text(), HasSubstr("second.conf:8:"));
    first.server().stop();
}

} // namespace
} // namespace hookcast::integration
