#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The answer to a client with this tcUrl, whose host need not be this one.
Status connectWith(const HookcastServer& server, const std::string& tcUrl, const std::string& app) {
    RtmpClient client(server.port());
    client.shakeHands();
    ConnectRequest request;
    request.tcUrl = tcUrl;
    request.app = app;
    return client.connect(request);
}

struct NamedVhost {
    const char* how;
    const char* tcUrl;
    const char* app;
    const char* vhost;
    const char* seenApp;
};

std::ostream& operator<<(std::ostream& out, const NamedVhost& named) {
    return out << named.how;
}

class VhostNames : public testing::TestWithParam<NamedVhost> {};

TEST_P(VhostNames, AreFound) {
    MockBackend backend;
    HookcastServer server(vhost("live.example.com", hooksTo(backend)) + defaultVhost(hooksTo(backend)));
    EXPECT_EQ(connectWith(server, GetParam().tcUrl, GetParam().app).level, "status");
    const HookCall call = backend.waitForCall("on_connect");
    EXPECT_EQ(call.text("vhost"), GetParam().vhost);
    EXPECT_EQ(call.text("app"), GetParam().seenApp);
    EXPECT_EQ(call.text("tcUrl"), GetParam().tcUrl);
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(
    Vhost, VhostNames,
    testing::Values(
        NamedVhost{"InTheHost", "rtmp://live.example.com/live", "live", "live.example.com", "live"},
        NamedVhost{"InTheHostWithPort", "rtmp://live.example.com:1935/live", "live", "live.example.com", "live"},
        NamedVhost{"InTheQuery", "rtmp://127.0.0.1/live?vhost=live.example.com", "live", "live.example.com", "live"},
        NamedVhost{"InTheApplicationsQuery", "rtmp://127.0.0.1/live", "live?vhost=live.example.com", "live.example.com",
                   "live"},
        NamedVhost{"BehindTheApplication", "rtmp://127.0.0.1/live...vhost...live.example.com",
                   "live...vhost...live.example.com", "live.example.com", "live"},
        NamedVhost{"UnknownIsTheDefault", "rtmp://other.example.com/live", "live", "__defaultVhost__", "live"}),
    [](const auto& test) { return test.param.how; });

TEST(Vhost, UnknownIsRefusedWhereThereIsNoDefault) {
    MockBackend backend;
    HookcastServer server(vhost("live.example.com", hooksTo(backend)));
    const Status status = connectWith(server, "rtmp://other.example.com/live", "live");
    EXPECT_EQ(status.code, "NetConnection.Connect.Rejected");
    EXPECT_THAT(status.description, HasSubstr("other.example.com"));
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("vhost other.example.com does not exist"));
    server.stop();
    EXPECT_THAT(backend.calls(), testing::IsEmpty());
}

TEST(Vhost, DisabledIsRefusedThoughThereIsADefault) {
    MockBackend backend;
    HookcastServer server(vhost("old.example.com", "enabled off;\n" + hooksTo(backend)) +
                          defaultVhost(hooksTo(backend)));
    const Status status = connectWith(server, "rtmp://old.example.com/live", "live");
    EXPECT_EQ(status.code, "NetConnection.Connect.Rejected");
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("vhost old.example.com is disabled"));
    server.stop();
    EXPECT_THAT(backend.calls(), testing::IsEmpty());
}

TEST(Vhost, StreamsOfOneNameAreOnesOfTheirVhost) {
    HookcastServer server(vhost("a.example.com") + vhost("b.example.com"));
    const auto first = startPublisher(server.port(), "show?vhost=a.example.com", "live?vhost=a.example.com");
    const auto second = startPublisher(server.port(), "show", "live?vhost=b.example.com");
    const auto player = startPlayer(server.port(), "show", "live?vhost=b.example.com");
    first->send(avcKeyframe(0, 500, 1));
    first->ping();
    second->send(avcKeyframe(0, 500, 2));
    EXPECT_EQ(player->expectMedia(1).front().payload, avcKeyframe(0, 500, 2).payload);
    server.stop();
}

/// The vhost and action of each call.
std::vector<std::pair<std::string, std::string>> storyOf(const HookCalls& calls) {
    std::vector<std::pair<std::string, std::string>> story;
    for (const HookCall& call : calls) story.emplace_back(call.text("vhost"), call.action());
    return story;
}

TEST(Vhost, AStreamMayLeadToAnotherWhoseBackendIsAskedToo) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_close","vhost":"a.example.com"},"reply":{"delay_ms":200}})");
    HookcastServer server(vhost("a.example.com", hooksTo(backend)) + vhost("b.example.com", hooksTo(backend)));
    {
        const auto client = connectClient(server.port(), "live?vhost=a.example.com");
        client->createStream();
        EXPECT_EQ(client->publish("show?vhost=b.example.com").level, "status");
    }
    backend.waitForCall("on_close", 2);
    server.stop();
    using Step = std::pair<std::string, std::string>;
    EXPECT_THAT(storyOf(backend.calls()),
                ElementsAre(Step("a.example.com", "on_connect"), Step("a.example.com", "on_close"),
                            Step("b.example.com", "on_connect"), Step("b.example.com", "on_publish"),
                            Step("b.example.com", "on_unpublish"), Step("b.example.com", "on_close")));
    for (const HookCall& call : backend.calls()) EXPECT_EQ(call.number("client_id"), 1);
    // In order, also where the one backend takes its time.
    EXPECT_GE(backend.calls()[2].monotonicMs - backend.calls()[1].monotonicMs, 200);
}

TEST(Vhost, AStreamThatLeadsToAnotherIsRefusedWhereThatOneRefuses) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect","vhost":"b.example.com"},"reply":{"status":403}})");
    HookcastServer server(vhost("a.example.com", hooksTo(backend)) + vhost("b.example.com", hooksTo(backend)));
    const auto client = connectClient(server.port(), "live?vhost=a.example.com");
    client->createStream();
    EXPECT_EQ(client->play("show?vhost=b.example.com").level, "error");
    client->expectClosed();
    backend.waitForCall("on_close");
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect", "on_close", "on_connect"));
}

TEST(Vhost, AStreamThatLeadsToNoneIsRefused) {
    HookcastServer server(vhost("a.example.com") + vhost("old.example.com", "enabled off;"));
    for (const char* name : {"none.example.com", "old.example.com"}) {
        const auto client = connectClient(server.port(), "live?vhost=a.example.com");
        client->createStream();
        const Status status = client->publish(fmt::format("show?vhost={}", name));
        EXPECT_EQ(status.level, "error");
        EXPECT_THAT(status.description, HasSubstr(name));
        client->expectClosed();
    }
    server.stop();
}

} // namespace
} // namespace hookcast::integration
