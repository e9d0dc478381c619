#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;

std::set<std::string> fieldsOf(const HookCall& call) {
    std::set<std::string> names;
    for (const auto& [name, value] : *call.body) names.insert(name);
    return names;
}

std::set<std::string> with(std::set<std::string> fields, const std::set<std::string>& more) {
    fields.insert(more.begin(), more.end());
    return fields;
}

/// What SRS 1.0 sends with every event, and what later releases added to all.
const std::set<std::string> kCommon = {"action", "client_id", "ip", "vhost", "app", "server_id", "service_id", "event_id"};
const std::set<std::string> kOfStream = {"stream", "param", "tcUrl", "stream_url", "stream_id"};
const std::set<std::string> kOfClosing = {"send_bytes", "recv_bytes", "duration", "reason"};

/// A session that publishes and one that plays, both ended: all six events.
class Payload : public testing::Test {
  protected:
    void run(const std::string& hookDirectives) {
        HookcastServer server("server_id studio-1;\n" + defaultVhost(hooksTo(backend_, hookDirectives)));
        port_ = server.port();
        {
            const auto publisher = connect(server);
            EXPECT_EQ(publisher->publish("show?key=publisher").level, "status");
            const auto player = connect(server);
            EXPECT_EQ(player->play("show?key=player").level, "status");
            publisher->send(avcKeyframe(0, 5000));
            player->expectMedia(1);
        }
        backend_.waitForCall("on_close", 2);
        server.stop();
    }

    std::unique_ptr<RtmpClient> connect(const HookcastServer& server) const {
        auto client = std::make_unique<RtmpClient>(server.port());
        client->shakeHands();
        ConnectRequest request = requestFor(server.port(), "live");
        request.tcUrl += "?token=1";
        request.pageUrl = "http://www.example.com/live.html";
        EXPECT_EQ(client->connect(request).level, "status");
        client->createStream();
        return client;
    }

    HookCall callOf(const std::string& action) { return withAction(backend_.calls(), action).at(0); }

    MockBackend backend_;
    std::uint16_t port_ = 0;
};

TEST_F(Payload, HasTheFieldsOfTheReferenceAndTheirLaterAdditions) {
    run("");
    EXPECT_EQ(fieldsOf(callOf("on_connect")), with(kCommon, {"tcUrl", "pageUrl", "stream", "param"}));
    EXPECT_EQ(fieldsOf(callOf("on_close")), with(kCommon, kOfClosing));
    EXPECT_EQ(fieldsOf(callOf("on_publish")), with(kCommon, kOfStream));
    EXPECT_EQ(fieldsOf(callOf("on_unpublish")), with(with(kCommon, kOfStream), kOfClosing));
    EXPECT_EQ(fieldsOf(callOf("on_play")), with(with(kCommon, kOfStream), {"pageUrl", "clients"}));
    EXPECT_EQ(fieldsOf(callOf("on_stop")), with(with(with(kCommon, kOfStream), kOfClosing), {"clients"}));
}

TEST_F(Payload, HasTheTypesAndValuesOfTheReference) {
    run("");
    for (const HookCall& call : backend_.calls()) {
        EXPECT_EQ(call.method, "POST");
        EXPECT_EQ(call.headers.at("content-type"), "application/json");
        EXPECT_GT(call.number("client_id"), 0);
        EXPECT_EQ(call.text("ip"), "127.0.0.1");
        EXPECT_EQ(call.text("vhost"), "__defaultVhost__");
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("server_id"), "studio-1");
        EXPECT_FALSE(call.text("service_id").empty());
    }
    const std::string tcUrl = fmt::format("rtmp://127.0.0.1:{}/live?token=1", port_);
    const HookCall connect = callOf("on_connect");
    EXPECT_EQ(connect.text("tcUrl"), tcUrl);
    EXPECT_EQ(connect.text("pageUrl"), "http://www.example.com/live.html");
    EXPECT_EQ(connect.text("param"), "?token=1");
    for (const char* action : {"on_publish", "on_unpublish", "on_play", "on_stop"}) {
        const HookCall call = callOf(action);
        EXPECT_EQ(call.text("stream"), "show") << action;
        EXPECT_EQ(call.text("tcUrl"), tcUrl) << action;
        EXPECT_EQ(call.text("stream_url"), "/live/show") << action;
    }
    EXPECT_EQ(callOf("on_publish").text("param"), "?key=publisher");
    EXPECT_EQ(callOf("on_unpublish").text("param"), "?key=publisher");
    EXPECT_EQ(callOf("on_play").text("param"), "?key=player");
    EXPECT_EQ(callOf("on_stop").text("param"), "?key=player");
    EXPECT_EQ(callOf("on_publish").text("stream_id"), callOf("on_stop").text("stream_id"));
}

TEST_F(Payload, CountsWhatWasSentAndReceived) {
    run("");
    EXPECT_GT(callOf("on_unpublish").number("recv_bytes"), 5000);
    EXPECT_GT(callOf("on_stop").number("send_bytes"), 5000);
    EXPECT_LT(callOf("on_stop").number("recv_bytes"), 5000);
    for (const HookCall& close : withAction(backend_.calls(), "on_close"))
        EXPECT_GT(close.number("recv_bytes") + close.number("send_bytes"), 5000 + 2 * 3073);
    EXPECT_FALSE(callOf("on_close").text("reason").empty());
}

/// As SRS 7.0.128: the players and the publisher.
TEST_F(Payload, CountsTheClientsOfTheStream) {
    HookcastServer server(defaultVhost(hooksTo(backend_)));
    const auto publisher = startPublisher(server.port(), "show");
    auto first = startPlayer(server.port(), "show");
    auto second = startPlayer(server.port(), "show");
    const auto other = startPlayer(server.port(), "other");
    first.reset();
    backend_.waitForCall("on_stop");
    second.reset();
    backend_.waitForCall("on_stop", 2);
    const auto numbers = [this](const char* action) {
        std::vector<std::int64_t> all;
        for (const HookCall& call : withAction(backend_.calls(), action)) all.push_back(call.number("clients"));
        return all;
    };
    EXPECT_THAT(numbers("on_play"), ElementsAre(2, 3, 1));
    EXPECT_THAT(numbers("on_stop"), ElementsAre(2, 1));
}

/// A backend that has not answered yet knows of those who came in the meantime: it can hold a limit.
TEST_F(Payload, CountsThoseWhoWaitForTheirVerdict) {
    HookcastServer server(defaultVhost(hooksTo(backend_)));
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"delay_ms":600000}})");
    const auto first = connect(server);
    const auto second = connect(server);
    for (RtmpClient* client : {first.get(), second.get()})
        client->sendCommand("play", 7, {rtmp::Amf::null(), rtmp::Amf::string("show")}, 1);
    backend_.waitForCall("on_play", 2);
    std::set<std::int64_t> numbers;
    for (const HookCall& call : withAction(backend_.calls(), "on_play")) numbers.insert(call.number("clients"));
    EXPECT_THAT(numbers, ElementsAre(1, 2));
}

TEST_F(Payload, TellsSessionsApartByTheClientId) {
    run("");
    std::map<std::int64_t, std::vector<std::string>> sessions;
    for (const HookCall& call : backend_.calls()) sessions[call.number("client_id")].push_back(call.action());
    ASSERT_EQ(sessions.size(), 2U);
    EXPECT_THAT(sessions.begin()->second, ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close"));
    EXPECT_THAT(sessions.rbegin()->second, ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
}

TEST_F(Payload, WritesTheClientIdAsAStringWhereAsked) {
    run("client_id string;");
    std::set<std::string> clients;
    for (const HookCall& call : backend_.calls()) clients.insert(call.text("client_id"));
    EXPECT_EQ(clients.size(), 2U);
    EXPECT_FALSE(clients.contains(""));
}

/// Query strings as clients send them: nothing may be decoded, encoded or cut on the way.
class QueryStrings : public testing::TestWithParam<std::string> {};

TEST_P(QueryStrings, ReachTheBackendByteForByte) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    const std::string tcUrl = fmt::format("rtmp://127.0.0.1:{}/live{}", server.port(), GetParam());
    {
        RtmpClient client(server.port());
        client.shakeHands();
        ConnectRequest request = requestFor(server.port(), "live");
        request.tcUrl = tcUrl;
        EXPECT_EQ(client.connect(request).level, "status");
        client.createStream();
        EXPECT_EQ(client.publish("show" + GetParam()).level, "status");
    }
    backend.waitForCall("on_close");
    for (const char* action : {"on_connect", "on_publish", "on_unpublish"}) {
        const HookCall call = withAction(backend.calls(), action).at(0);
        EXPECT_EQ(call.text("param"), GetParam()) << action;
        EXPECT_EQ(call.text("tcUrl"), tcUrl) << action;
    }
    EXPECT_EQ(backend.waitForCall("on_publish").text("stream"), "show");
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Payload, QueryStrings,
                         testing::Values("?token=a%20b&x=%2F+\"", "?a=1&a=2&&b", "?", "?x=\\u0000\\\"\t<>&'",
                                         "?name=Gr\xC3\xBC\xC3\x9F"
                                         "e-\xE2\x82\xAC-\xF0\x9F\x8E\xA5",
                                         "?sign=d2fa801d==/+%00", "?redirect=rtmp://other/live?x=1"));

TEST(RealEncoder, ParametersReachTheBackendByteForByte) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show?token=a%20b&x=%2F+")});
    const HookCall call = backend.waitForCall("on_publish");
    EXPECT_EQ(call.text("stream"), "show");
    EXPECT_EQ(call.text("param"), "?token=a%20b&x=%2F+");
    EXPECT_EQ(backend.waitForCall("on_unpublish").text("param"), "?token=a%20b&x=%2F+");
    server.stop();
}

} // namespace
} // namespace hookcast::integration
