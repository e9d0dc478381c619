// limits { }: what a client may send, and how long it may take.
#include "effects/Effect.h"

#include "rtmp/Amf0.h"
#include "rtmp/ControlMessages.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/Multitrack.h"
#include "support/RtmpClient.h"
#include "support/RtspClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestFrames.h"
#include "support/WebSocketClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;
using rtmp::Message;
using rtmp::MessageType;
using namespace std::string_literals;

/// A server whose clients may do less than usual, on every protocol.
class Limited {
  public:
    explicit Limited(std::string_view limit, std::string_view more = "")
        : server_(fmt::format("limits {{ {} }}\nhttp_server {{ enabled on; listen 127.0.0.1:{}; }}\n{}\n"
                              "vhost __defaultVhost__ {{ min_latency on; srt {{ enabled on; }} "
                              "http_remux {{ enabled on; }} }}\n{}",
                              limit, http_.number(), more, srt_.server())) {}

    std::uint16_t port() const { return server_.port(); }
    std::uint16_t rtspPort() const { return server_.rtspPort(); }
    std::uint16_t httpPort() const { return http_.number(); }
    std::uint16_t srtPort() const { return srt_.number(); }
    const HookcastServer& server() const { return server_; }

    /// Fails the running test unless the server closes somebody for this reason.
    void expectClosing(std::string_view reason) const { server_.waitForLog(fmt::format("closed: {}", reason)); }

  private:
    FreePort http_;
    SrtPort srt_;
    HookcastServer server_;
};

void handshakeTimeout() {
    const Limited limited("handshake_timeout 200;");
    TcpClient(limited.port()).drainUntilClosed(Deadline(std::chrono::seconds(8)));
    limited.expectClosing("the handshake took longer than handshake_timeout");
}

void proxyHeader() {
    const Limited limited("proxy_header 200;", "trusted_proxies 127.0.0.1;");
    TcpClient client(limited.port());
    client.send(base::asBytes("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\xFF"s));
    client.drainUntilClosed();
    limited.expectClosing("the PROXY header is longer than 200 bytes");
}

void idleTimeout() {
    const Limited limited("idle_timeout 200;");
    connectClient(limited.port())->expectClosed(Deadline(std::chrono::seconds(20)));
    limited.expectClosing("neither publishes nor plays");
}

void admissionTimeout() {
    const Limited limited("admission_timeout 300;");
    RtspClient client(limited.rtspPort());
    try {
        for (;;) client.request("OPTIONS", "*");
    } catch (const std::runtime_error&) { // closed
    }
    limited.expectClosing("neither publishes nor plays within admission_timeout");
}

/// What the log says when a second client connects, while one who publishes and one who does nothing are there.
std::string refusalOfTheThird(std::string_view limits) {
    const Limited limited(limits);
    const auto publisher = startPublisher(limited.port(), "show");
    const TcpClient idle(limited.port());
    TcpClient third(limited.port());
    third.drainUntilClosed();
    return limited.server().waitForLog("refused 1 connections");
}

void connectionsPerAddress() {
    EXPECT_THAT(refusalOfTheThird("limit_exempt off; connections_per_address 2;"),
                testing::HasSubstr("connections_per_address"));
}

void unadmittedPerAddress() {
    EXPECT_THAT(refusalOfTheThird("limit_exempt off; unadmitted_per_address 1;"),
                testing::HasSubstr("unadmitted_per_address"));
}

void connectionRate() {
    const Limited limited("limit_exempt off; connection_rate 1;");
    std::vector<TcpClient> clients;
    const Deadline deadline;
    while (limited.server().log().count("(connection_rate)") == 0 && !deadline.passed())
        clients.emplace_back(limited.port());
    limited.server().waitForLog("more than 1 times a second (connection_rate)");
}

void limitExempt() {
    for (const char* exempt : {"", "limit_exempt 10.0.0.0/8 127.0.0.1;"}) {
        const Limited limited(fmt::format("{} unadmitted_per_address 1; connection_rate 1;", exempt));
        const TcpClient idle(limited.port());
        connectClient(limited.port());
    }
}

void apiConnections() {
    const FreePort api;
    const Limited limited("api_connections 1;",
                          fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}", api.number()));
    const TcpClient first(api.number());
    TcpClient second(api.number());
    second.drainUntilClosed();
    limited.server().waitForLog("refused 1 connections: api_connections 1 is reached");
    connectClient(limited.port());
}

void unadmittedSize() {
    const Limited limited("unadmitted_size 2000;");
    const auto client = connectClient(limited.port());
    client->sendCommand("FCPublish", 0, {Amf::null(), Amf::string(std::string(3000, 'x'))});
    client->expectClosed();
    limited.expectClosing("broken chunk stream: a message of ");
}

void messageSize() {
    const Limited limited("message_size 20000;");
    const auto publisher = startPublisher(limited.port(), "show");
    publisher->tcp().trySend(publisher->chunked(avcKeyframe(0, 20'001)));
    publisher->expectClosed();
    limited.expectClosing("broken chunk stream: a message of 20001 bytes; the limit is 20000");
}

void partialSize() {
    const Limited limited("partial_size 30000;");
    const auto publisher = startPublisher(limited.port(), "show");
    // Two messages, each of them but for its last chunk.
    constexpr std::size_t kChunkBytes = 19'000;
    publisher->setChunkSize(kChunkBytes);
    for (std::uint32_t id = 10; id < 12; ++id) {
        Message message = avcKeyframe(0, 20'000);
        message.chunkStreamId = id;
        publisher->tcp().trySend(base::ByteSpan(publisher->chunked(message)).first(12 + kChunkBytes));
    }
    publisher->expectClosed();
    limited.expectClosing("broken chunk stream: more than 30000 bytes in unfinished messages");
}

void chunkStreams() {
    const Limited limited("chunk_streams 8;");
    const auto publisher = startPublisher(limited.port(), "show");
    for (std::uint32_t id = 10; id < 20; ++id) {
        Message message = aacFrame(0);
        message.chunkStreamId = id;
        publisher->tcp().trySend(publisher->chunked(message));
    }
    publisher->expectClosed();
    limited.expectClosing("broken chunk stream: more than 8 chunk streams");
}

void messageStreams() {
    const auto second = [](std::string_view limit) {
        const Limited limited(limit);
        const auto client = connectClient(limited.port());
        client->createStream();
        client->sendCommand("createStream", 9, {Amf::null()});
        return client->expectAnswer(9).name;
    };
    EXPECT_EQ(second("message_streams 1;"), "_error");
    EXPECT_EQ(second(""), "_result");
}

void extraTracks() {
    const auto pictures = [](std::string_view limit) {
        const Limited limited(limit);
        const auto publisher = startPublisher(limited.port(), "show");
        for (const Message& message : multitrackClip()) {
            publisher->send(message);
            if (message.type != MessageType::Video) continue;
            for (const std::uint8_t track : {1, 2}) publisher->send(onTrack(message, track));
        }
        publisher->ping();
        RtspClient player(limited.rtspPort());
        const base::Bytes body = player.require("DESCRIBE", limited.server().rtspUrl("live/show")).body;
        const std::string description(base::asText(body));
        std::size_t count = 0;
        for (std::size_t at = 0; (at = description.find("m=video", at)) != std::string::npos; ++at) ++count;
        return count;
    };
    EXPECT_EQ(pictures("extra_tracks 1;"), 2U);
    EXPECT_EQ(pictures(""), 3U);
}

void amfDepth() {
    const auto isClosedWith = [](std::string_view limit) {
        const Limited limited(limit);
        const auto client = connectClient(limited.port());
        Amf object = Amf::number(1);
        for (int level = 0; level < 5; ++level) object = Amf::object({{"in", object}});
        client->sendCommand("FCPublish", 0, {Amf::null(), object});
        try {
            client->ping();
            return false;
        } catch (const std::runtime_error&) {
            limited.expectClosing("broken command");
            return true;
        }
    };
    EXPECT_TRUE(isClosedWith("amf_depth 3;"));
    EXPECT_FALSE(isClosedWith(""));
}

void urlSize() {
    const Limited limited("url_size 100;");
    const auto client = connectClient(limited.port());
    client->createStream();
    EXPECT_EQ(client->publish("show?" + std::string(100, 'x')).level, "error");
    limited.expectClosing("show refused: the stream's name is longer than url_size");
}

void unknownCommands() {
    const Limited limited("unknown_commands 2;");
    const auto client = connectClient(limited.port());
    for (int i = 1; i <= 3; ++i) client->sendCommand("nonsense", 0, {Amf::null()});
    client->expectClosed();
    limited.expectClosing("too many unknown commands");
}

void demuxQueue() {
    const Limited limited("demux_queue 65536;");
    const SrtClient publisher(limited.srtPort(), "#!::r=live/show,m=publish");
    // What comes within a merged read goes to the demuxer in one piece.
    publisher.send(base::Bytes(400'000, 0x47));
    publisher.expectClosed();
    limited.expectClosing("the demuxer has fallen behind: more than demux_queue waits");
}

void headerTimeout() {
    const Limited limited("header_timeout 200;");
    HttpClient client(limited.httpPort());
    client.sendRaw("GET / HT");
    client.receiveToEnd(Deadline(std::chrono::seconds(8)));
}

void keepaliveTimeout() {
    const Limited limited("keepalive_timeout 200;");
    HttpClient client(limited.httpPort());
    client.get("/");
    EXPECT_EQ(client.receiveToEnd(Deadline(std::chrono::seconds(40))), "");
}

int statusOf(std::string_view limit, const std::string& request) {
    const Limited limited(limit);
    HttpClient client(limited.httpPort());
    client.sendRaw(request);
    return client.receive().status;
}

void headerSize() {
    const std::string request = fmt::format("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", std::string(2000, 'x'));
    EXPECT_EQ(statusOf("header_size 1024;", request), 431);
    EXPECT_EQ(statusOf("", request), 404);
}

void bodySize() {
    const std::string request = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x');
    EXPECT_EQ(statusOf("body_size 1024;", request), 413);
    EXPECT_EQ(statusOf("", request), 404);
}

void webSocketMessage() {
    const Limited limited("websocket_message 200;");
    const auto publisher = startPublisher(limited.port(), "show");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    WebSocketClient client(limited.httpPort(), "/live/show.flv");
    ASSERT_EQ(client.answer().status, 101);
    // A message of 300 bytes.
    client.http().sendRaw("\x82\xFE\x01\x2Cmask"s);
    limited.expectClosing("broken WebSocket: a message longer than websocket_message");
}

void rtspHeader() {
    const Limited limited("rtsp_header 1024;");
    RtspClient client(limited.rtspPort());
    client.tcp().trySend(base::asBytes("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"));
    EXPECT_EQ(client.expectAnyAnswer().status, 413);
    limited.expectClosing("broken RTSP: a header of more than 1024 bytes");
}

void rtspBody() {
    const Limited limited("rtsp_body 1024;");
    RtspClient client(limited.rtspPort());
    client.send("ANNOUNCE", limited.server().rtspUrl("live/show"), {}, std::string(2000, 'x'));
    EXPECT_EQ(client.expectAnyAnswer().status, 413);
    limited.expectClosing("broken RTSP: a body of 2000 bytes; the limit is 1024");
}

void rtspTracks() {
    const auto statusWith = [](std::string_view limit) {
        const Limited limited(limit);
        RtspClient client(limited.rtspPort());
        const std::string sdp = avcSdp() + "m=audio 0 RTP/AVP 0\r\na=control:streamid=1\r\n";
        return client.request("ANNOUNCE", limited.server().rtspUrl("live/show"), {}, sdp).status;
    };
    EXPECT_EQ(statusWith("rtsp_tracks 1;"), 400);
    EXPECT_EQ(statusWith(""), 200);
}

void accessUnitSize() {
    const Limited limited("access_unit_size 65536;");
    RtspPublisher publisher(limited.rtspPort());
    publisher.send(true, 0, 500, 1);
    publisher.sync();
    RtspPlayer player(limited.rtspPort());
    EXPECT_EQ(player.expectPicture().unit, avcPicture(true, 500, 1));
    publisher.send(true, 40, 100'000, 2);
    publisher.send(true, 80, 50'000, 3);
    publisher.send(true, 120, 500, 4);
    EXPECT_EQ(player.expectPicture().unit, avcPicture(true, 50'000, 3)) << "the larger one is left out";
}

} // namespace

Effects limitEffects() {
    return {
        {"limits.handshake_timeout", handshakeTimeout},
        {"limits.proxy_header", proxyHeader},
        {"limits.idle_timeout", idleTimeout},
        {"limits.admission_timeout", admissionTimeout},
        {"limits.connections_per_address", connectionsPerAddress},
        {"limits.unadmitted_per_address", unadmittedPerAddress},
        {"limits.connection_rate", connectionRate},
        {"limits.limit_exempt", limitExempt},
        {"limits.api_connections", apiConnections},
        {"limits.unadmitted_size", unadmittedSize},
        {"limits.message_size", messageSize},
        {"limits.partial_size", partialSize},
        {"limits.chunk_streams", chunkStreams},
        {"limits.message_streams", messageStreams},
        {"limits.extra_tracks", extraTracks},
        {"limits.amf_depth", amfDepth},
        {"limits.url_size", urlSize},
        {"limits.unknown_commands", unknownCommands},
        {"limits.demux_queue", demuxQueue},
        {"limits.header_timeout", headerTimeout},
        {"limits.keepalive_timeout", keepaliveTimeout},
        {"limits.header_size", headerSize},
        {"limits.body_size", bodySize},
        {"limits.websocket_message", webSocketMessage},
        {"limits.rtsp_header", rtspHeader},
        {"limits.rtsp_body", rtspBody},
        {"limits.rtsp_tracks", rtspTracks},
        {"limits.access_unit_size", accessUnitSize},
    };
}

} // namespace hookcast::integration
