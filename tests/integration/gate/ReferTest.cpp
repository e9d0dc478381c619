// The sites whose pages may publish and play.
#include "support/Configs.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/WebSocketClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// An RTMP client on a page.
RtmpClient clientOn(const std::string& page, std::uint16_t port) {
    RtmpClient client(port);
    client.shakeHands();
    ConnectRequest request = requestFor(port, "live");
    request.pageUrl = page;
    if (const Status status = client.connect(request); status.level == "status") client.createStream();
    return client;
}

TEST(Refer, AsksForThePageOfRtmpClients) {
    MockBackend backend;
    HookcastServer server(
        defaultVhost(hooksTo(backend) + "refer { enabled on; all example.com; publish studio.example.com; }"));
    EXPECT_EQ(clientOn("http://studio.example.com/a", server.port()).publish("a").level, "status");
    EXPECT_EQ(clientOn("http://www.example.com/a", server.port()).play("b").level, "status");
    backend.waitForCall("on_play");
    auto publisher = clientOn("http://www.example.com/a", server.port());
    EXPECT_EQ(publisher.publish("c").code, "NetStream.Publish.Denied");
    publisher.expectClosed();
    EXPECT_THAT(server.waitForLog("refused by refer"), HasSubstr("the page's host www.example.com may not publish"));
    server.stop();
    EXPECT_EQ(withAction(backend.calls(), "on_publish").size(), 1U);
}

TEST(Refer, RefusesAtOnceWhereThePageMayDoNeither) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend) + "refer { enabled on; all example.com; }"));
    for (const char* page : {"http://notexample.com/?secret", ""}) {
        RtmpClient client(server.port());
        client.shakeHands();
        ConnectRequest request = requestFor(server.port(), "live");
        request.pageUrl = page;
        EXPECT_EQ(client.connect(request).code, "NetConnection.Connect.Rejected") << page;
        client.expectClosed();
    }
    server.stop();
    EXPECT_THAT(backend.calls(), IsEmpty());
    EXPECT_EQ(server.log().count("secret"), 0U);
}

TEST(Refer, AsksForThePageOfHttpClients) {
    MockBackend backend;
    ProtocolServer server(hooksTo(backend) + "refer { enabled on; play example.com; }");
    RtspPublisher publisher(server.server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const auto statusFrom = [&](const std::string& fields) {
        return HttpClient(server.port(Protocol::HttpFlv)).get("/live/show.flv", fields).status;
    };
    EXPECT_EQ(statusFrom("Referer: https://www.example.com/live\r\n"), 200);
    EXPECT_EQ(statusFrom("Referer: https://example.com.evil.org/live\r\n"), 403);
    EXPECT_EQ(statusFrom(""), 403);
    const std::string webSocket = kWebSocketHandshake;
    EXPECT_EQ(statusFrom(webSocket + "Origin: https://example.com\r\n"), 101);
    EXPECT_EQ(statusFrom(webSocket + "Origin: https://evil.org\r\n"), 403);
    server.server().stop();
    EXPECT_EQ(withAction(backend.calls(), "on_play").size(), 2U);
}

TEST(Refer, IsNotForProtocolsWithoutPages) {
    ProtocolServer server("refer { enabled on; all example.com; }");
    RtspPublisher publisher(server.server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    server.server().stop();
}

TEST(Refer, OfSrs1IsUnderstood) {
    HookcastServer server(defaultVhost("refer example.com;"));
    EXPECT_EQ(clientOn("http://example.com/a", server.port()).publish("a").level, "status");
    server.stop();
}

} // namespace
} // namespace hookcast::integration
