// http_hooks { dialect srs4; }: when whom is asked of what.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

using Steps = std::vector<std::string>;

/// The vhost and action of each call: `a on_connect`.
Steps storyOf(const HookCalls& calls) {
    Steps story;
    for (const HookCall& call : calls) story.push_back(call.text("vhost").substr(0, 1) + " " + call.action());
    return story;
}

void waitForEnd(MockBackend& backend, std::size_t closings = 1) {
    backend.waitForCall("on_close", closings);
}

class Srs4 : public testing::Test {
  protected:
    std::string hooks(std::string_view more = "") { return hooksTo(backend_, fmt::format("dialect srs4; {}", more)); }

    static std::unique_ptr<RtmpClient> connected(const HookcastServer& server, std::string_view app = "live") {
        auto client = connectClient(server.port(), app);
        client->createStream();
        return client;
    }

    MockBackend backend_;
};

TEST_F(Srs4, AsksOfAConnectionWhenItsStreamIsNamed) {
    HookcastServer server(defaultVhost(hooks()));
    {
        const auto client = connected(server);
        EXPECT_THAT(backend_.calls(), IsEmpty()) << "connected, and nobody was asked";
        EXPECT_EQ(client->publish("show?key=x").level, "status");
    }
    waitForEnd(backend_);
    server.stop();
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close"));
    const HookCall connect = backend_.calls().at(0);
    EXPECT_EQ(connect.text("stream"), "show");
    EXPECT_EQ(connect.text("param"), "?key=x");
    EXPECT_EQ(connect.text("tcUrl"), fmt::format("rtmp://127.0.0.1:{}/live", server.port()));
    std::set<std::string> ids;
    for (const HookCall& call : backend_.calls()) ids.insert(call.text("client_id"));
    ASSERT_EQ(ids.size(), 1U);
    EXPECT_EQ(ids.begin()->size(), 8U);
}

TEST_F(Srs4, HearsNothingOfWhoNamesNoStream) {
    HookcastServer server(defaultVhost(hooks()));
    connected(server).reset();
    server.waitForLog("] closed: ");
    server.stop();
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_F(Srs4, ARefusedConnectionLetsNothingIn) {
    backend_.addRule(R"({"match":{"action":"on_connect"},"reply":{"status":403}})");
    HookcastServer server(defaultVhost(hooks()));
    const auto publisher = connected(server);
    EXPECT_EQ(publisher->publish("show").code, "NetStream.Publish.Denied");
    publisher->expectClosed();
    const auto player = connected(server);
    EXPECT_EQ(player->play("show").code, "NetStream.Play.Failed");
    player->expectClosed();
    server.stop();
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_connect"));
}

TEST_F(Srs4, WhoLeavesBeforeTheVerdictIsOverWhenItComes) {
    backend_.addRule(R"({"match":{"action":"on_connect"},"reply":{"delay_ms":1000}})");
    HookcastServer server(defaultVhost(hooks()));
    const auto client = connected(server);
    client->sendCommand("publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
    backend_.waitForCall("on_connect");
    client->tcp().reset();
    waitForEnd(backend_);
    server.stop();
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_close"));
}

TEST_F(Srs4, AnotherStreamOfTheConnectionIsAskedAboutAnew) {
    HookcastServer server(defaultVhost(hooks()));
    {
        const auto client = connected(server);
        EXPECT_EQ(client->publish("one?key=1").level, "status");
        client->sendCommand("closeStream", 0, {rtmp::Amf::null()}, 1);
        client->sync();
        EXPECT_EQ(client->publish("two?key=2").level, "status");
    }
    waitForEnd(backend_, 2);
    server.stop();
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close",
                                                         "on_connect", "on_publish", "on_unpublish", "on_close"));
    EXPECT_EQ(withAction(backend_.calls(), "on_connect").at(1).text("param"), "?key=2");
    EXPECT_EQ(withAction(backend_.calls(), "on_close").at(0).text("reason"), "another stream is named");
}

TEST_F(Srs4, ABusyNameIsFoundOutAfterTheConnection) {
    HookcastServer server(defaultVhost(hooks()));
    const auto first = startPublisher(server.port(), "show");
    const auto second = connected(server);
    EXPECT_EQ(second->publish("show").code, "NetStream.Publish.BadName");
    waitForEnd(backend_);
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_publish", "on_connect", "on_close"));
}

TEST_F(Srs4, AFormsBackendIsAskedAtOnceAllTheSame) {
    HookcastServer server(defaultVhost(hooks() + notifyTo(backend_)));
    {
        const auto client = connected(server);
        EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("notify connect"));
        EXPECT_EQ(client->play("show").level, "status");
    }
    waitForEnd(backend_);
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("notify connect", "on_connect", "on_play", "notify play",
                                                         "on_stop", "notify done", "on_close"));
}

TEST_F(Srs4, NobodyIsAskedWhomTheRulesDeny) {
    HookcastServer server(defaultVhost(hooks() + "security { enabled on; deny publish all; allow play all; }"));
    EXPECT_EQ(connected(server)->publish("show").code, "NetStream.Publish.Denied");
    EXPECT_EQ(connected(server)->play("show").level, "status");
    waitForEnd(backend_);
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
}

TEST_F(Srs4, TakesStatus201) {
    backend_.addRule(R"({"reply":{"status":201,"body":"{\"code\":0}"}})");
    {
        HookcastServer server(defaultVhost(hooks()));
        EXPECT_EQ(connected(server)->play("show").level, "status");
        server.stop();
    }
    HookcastServer server(defaultVhost(hooksTo(backend_)));
    RtmpClient client(server.port());
    client.shakeHands();
    EXPECT_EQ(client.connect(requestFor(server.port(), "live")).code, "NetConnection.Connect.Rejected");
}

TEST_F(Srs4, ASlashInTheStreamsNameIsOfTheApplication) {
    HookcastServer server(defaultVhost(hooks()));
    connected(server)->publish("dir/s12?key=x");
    waitForEnd(backend_);
    for (const HookCall& call : backend_.calls()) {
        EXPECT_EQ(call.text("app"), "live/dir") << call.action();
        if (call.action() != "on_close") {
            EXPECT_EQ(call.text("stream"), "s12");
        }
    }
}

TEST_F(Srs4, NamesWhomATakeoverReplaces) {
    ProtocolServer server(hooks(), "", "", "takeover on;");
    const auto old = startPublisher(server.server().port(), "show");
    const auto overSrt = makeClient(server, Protocol::Srt, {Role::Publish, "live/show"});
    overSrt->connect();
    old->expectClosed();
    const auto overRtmp = startPublisher(server.server().port(), "show");
    const HookCalls published = withAction(
        backend_.waitFor("all", [](const HookCalls& all) { return withAction(all, "on_unpublish").size() == 2; }),
        "on_publish");
    ASSERT_EQ(published.size(), 3U);
    EXPECT_FALSE(published[0].has("replaces"));
    EXPECT_EQ(published[1].text("replaces"), published[0].text("client_id"));
    EXPECT_EQ(published[2].text("replaces"), published[1].text("client_id"));
}

/// As `replaces` of the other dialect.
TEST_F(Srs4, TheOtherDialectNamesItByItsNumber) {
    HookcastServer server(defaultVhost("publish { takeover on; } " + hooksTo(backend_)));
    const auto old = startPublisher(server.port(), "show");
    const auto next = startPublisher(server.port(), "show");
    const HookCalls published = withAction(backend_.calls(), "on_publish");
    ASSERT_EQ(published.size(), 2U);
    EXPECT_FALSE(published[0].has("replaces"));
    EXPECT_EQ(published[1].number("replaces"), published[0].number("client_id"));
}

TEST_F(Srs4, OverSrtTheQueryAndTheTcUrlAreSrss) {
    ProtocolServer server(hooks());
    const std::uint16_t port = server.port(Protocol::Srt);
    const SrtClient plain(port, "#!::r=live/one?tok=1,m=request");
    EXPECT_EQ(backend_.waitForCall("on_play").text("param"), "tok=1");
    const SrtClient named(port, "#!::h=v1.example,r=live/two,token=x,m=request");
    backend_.waitForCall("on_play", 2);
    for (const HookCall& call : backend_.calls()) {
        const bool isNamed = call.text("stream") == "two";
        EXPECT_EQ(call.text("param"), isNamed ? "vhost=v1.example&token=x" : "tok=1") << call.action();
        EXPECT_EQ(call.text("tcUrl"), "srt://127.0.0.1/live") << call.action();
    }
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_play", "on_connect", "on_play"));
}

TEST_F(Srs4, OverHttpOnlyPlayingIsTold) {
    ProtocolServer server(hooks());
    const auto source = startPublisher(server.server().port(), "show");
    source->send(avcKeyframe(0));
    const auto player = makeClient(server, Protocol::HttpFlv, {Role::Play, "live/show?key=x"});
    player->connect();
    player->expectAdmission();
    player->leave();
    backend_.waitForCall("on_stop");
    server.server().stop();
    backend_.waitForCall("on_close");
    const HookCall play = backend_.waitForCall("on_play");
    HookCalls ofPlayer = backend_.calls();
    std::erase_if(ofPlayer, [&](const HookCall& call) { return call.text("client_id") != play.text("client_id"); });
    EXPECT_THAT(actionsOf(ofPlayer), ElementsAre("on_play", "on_stop"));
    EXPECT_EQ(play.text("tcUrl"), "rtmp://__defaultVhost__/live");
    EXPECT_EQ(play.text("param"), "?key=x");
}

/// Whoever was let in for one stream is not let in for another.
TEST_F(Srs4, AnRtspClientThatWantsAnotherStreamIsAskedOfThatOneToo) {
    ProtocolServer server(hooks());
    backend_.addRule(R"({"match":{"action":"on_connect","stream":"bad"},"reply":{"status":403}})");
    const std::uint16_t port = server.server().rtspPort();
    const auto publishAfterOptions = [port](const std::string& stream) {
        RtspClient client(port);
        client.require("OPTIONS", rtspUrl(port, "live/good"));
        const std::string url = rtspUrl(port, "live/" + stream);
        client.require("ANNOUNCE", url, {{"Content-Type", "application/sdp"}}, avcSdp());
        client.require("SETUP", url + "/streamid=0",
                       {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record"}});
        return client.request("RECORD", url).status;
    };
    EXPECT_EQ(publishAfterOptions("good"), 200);
    waitForEnd(backend_);
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close"));
    EXPECT_EQ(publishAfterOptions("bad"), 403);
    waitForEnd(backend_, 2);
    EXPECT_EQ(publishAfterOptions("fine"), 200);
    waitForEnd(backend_, 4);
    Steps streams;
    for (const HookCall& call : withAction(backend_.calls(), "on_connect")) streams.push_back(call.text("stream"));
    EXPECT_THAT(streams, ElementsAre("good", "good", "bad", "good", "fine"));
    EXPECT_THAT(withAction(backend_.calls(), "on_publish"), testing::SizeIs(2));
}

/// The connection names one vhost, and the stream another.
struct TwoVhosts {
    const char* how;
    const char* ofConnection; ///< its dialect
    const char* ofStream;
    Steps story;
};

std::ostream& operator<<(std::ostream& out, const TwoVhosts& test) {
    return out << test.how;
}

class Srs4Vhosts : public testing::TestWithParam<TwoVhosts> {};

TEST_P(Srs4Vhosts, AreAskedOnceAndToldOfTheEndOnce) {
    MockBackend backend;
    const auto hooks = [&backend](const char* dialect) {
        return hooksTo(backend, fmt::format("dialect {};", dialect));
    };
    HookcastServer server(vhost("a.example.com", hooks(GetParam().ofConnection)) +
                          vhost("b.example.com", hooks(GetParam().ofStream)));
    {
        const auto client = connectClient(server.port(), "live?vhost=a.example.com");
        client->createStream();
        EXPECT_EQ(client->publish("show?vhost=b.example.com").level, "status");
    }
    backend.waitFor("the end",
                    [](const HookCalls& calls) { return !calls.empty() && storyOf(calls).back() == "b on_close"; });
    server.stop();
    EXPECT_THAT(storyOf(backend.calls()), ElementsAreArray(GetParam().story));
}

const Steps kOfStream = {"b on_connect", "b on_publish", "b on_unpublish", "b on_close"};
const Steps kOfBoth = {"a on_connect", "a on_close", "b on_connect", "b on_publish", "b on_unpublish", "b on_close"};

INSTANTIATE_TEST_SUITE_P(Hooks, Srs4Vhosts,
                         testing::Values(TwoVhosts{"BothSrs4", "srs4", "srs4", kOfStream},
                                         TwoVhosts{"OnlyTheConnections", "srs4", "srs", kOfStream},
                                         TwoVhosts{"OnlyTheStreams", "srs", "srs4", kOfBoth},
                                         TwoVhosts{"Neither", "srs", "srs", kOfBoth}),
                         [](const auto& test) { return test.param.how; });

} // namespace
} // namespace hookcast::integration
