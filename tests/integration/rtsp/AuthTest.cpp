// RTSP clients are asked who they are, and the backends hear what they say.
#include "rtsp/Answers.h"
#include "rtsp/PasswordBackend.h"
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/RtspSessions.h"

#include <Poco/Dynamic/Var.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";
constexpr const char* kTransport = "RTP/AVP/TCP;unicast;interleaved=0-1";

RtspClient::Headers with(RtspClient::Headers headers, const RtspClient::Headers& more) {
    headers.insert(headers.end(), more.begin(), more.end());
    return headers;
}

/// As one publishes or plays who says at each request who he is.
void publish(RtspClient& client, const std::string& url, const RtspClient::Headers& who) {
    client.require("ANNOUNCE", url, who, avcSdp());
    client.require("SETUP", url + "/streamid=0", with({{"Transport", kTransport}}, who));
    client.require("RECORD", url, who);
}

void play(RtspClient& client, const std::string& url, const RtspClient::Headers& who) {
    client.require("DESCRIBE", url, who);
    client.require("SETUP", url + "/trackID=0", with({{"Transport", kTransport}}, who));
    client.require("PLAY", url, who);
}

class RtspAuth : public testing::Test {
  protected:
    static std::string vhostOf(const std::string& hooks, const std::string& auth = "basic") {
        return defaultVhost(kPatient + ("rtsp_auth " + auth + ";\n") + hooks);
    }
};

TEST_F(RtspAuth, BackendsHearWhoItIsInOpeningsAlone) {
    MockBackend backend;
    HookcastServer server(vhostOf(hooksTo(backend) + notifyTo(backend)));
    const std::string url = server.rtspUrl("live/show");
    RtspClient publisher(server.rtspPort());
    publish(publisher, url, basic("ann:secret"));
    RtspClient player(server.rtspPort());
    play(player, url, basic("bob:to:be"));
    player.tcp().close();
    backend.waitForCall("on_close");
    publisher.tcp().close();
    backend.waitForCall("on_close", 2);
    std::size_t openings = 0;
    for (const HookCall& call : backend.calls()) {
        const std::string action = call.action();
        const bool isClosing =
            action == "on_close" || action == "on_unpublish" || action == "on_stop" || action == "notify done";
        EXPECT_EQ(call.has("user"), !isClosing) << action;
        EXPECT_EQ(call.has("password"), !isClosing) << action;
        if (isClosing) continue;
        ++openings;
        const bool isPublishers = call.text("user") == "ann";
        EXPECT_EQ(call.text("password"), isPublishers ? "secret" : "to:be") << action;
        EXPECT_THAT(action, Not(HasSubstr(isPublishers ? "play" : "publish")));
    }
    EXPECT_EQ(openings, 8U) << "each kind of block, of each client: connecting, and what it wants";
}

TEST_F(RtspAuth, TheDocumentOfHooksDescribesWhatIsSent) {
    const OpenApi document(HOOKCAST_SOURCE_DIR "/trunk/doc/openapi-hooks.json");
    for (const char* auth : {"basic", "digest"}) {
        MockBackend backend;
        HookcastServer server(vhostOf(hooksTo(backend) + notifyTo(backend), auth));
        const std::string url = server.rtspUrl("live/show");
        {
            RtspClient client(server.rtspPort());
            const rtsp::RtspResponse challenged = client.request("ANNOUNCE", url, {}, avcSdp());
            const bool isDigest = std::string_view(auth) == "digest";
            const RtspClient::Headers who =
                isDigest ? DigestLogin().answer(challenged, "ANNOUNCE", url) : basic("ann:secret");
            publish(client, url, who);
        }
        backend.waitForCall("on_close");
        for (const HookCall& call : backend.calls())
            EXPECT_THAT(document.webhookMisfits(call.action(), Poco::Dynamic::Var(call.body)), IsEmpty())
                << call.rawBody;
    }
}

TEST_F(RtspAuth, NobodyIsToldOfWhoDoesNotSay) {
    MockBackend backend;
    HookcastServer server(vhostOf(hooksTo(backend), "digest basic"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    client.require("OPTIONS", url);
    client.require("GET_PARAMETER", url);
    for (const char* method : {"DESCRIBE", "ANNOUNCE"}) {
        const rtsp::RtspResponse answer = client.request(method, url);
        EXPECT_EQ(answer.status, 401) << method;
        EXPECT_THAT(challengesIn(answer), ElementsAre(StartsWith("Digest realm=\"hookcast\", nonce=\""),
                                                      StartsWith("Basic realm=\"hookcast\"")));
    }
    client.require("OPTIONS", url);
    EXPECT_THAT(backend.calls(), IsEmpty());
    // And then it says so, on the same connection.
    EXPECT_EQ(client.request("DESCRIBE", url, basic("ann:secret")).status, 404) << "nobody publishes it";
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect"));
    EXPECT_EQ(backend.calls().front().text("user"), "ann");
}

TEST_F(RtspAuth, WhoGoesOnWithoutSayingIsRefused) {
    MockBackend backend;
    HookcastServer server(vhostOf(hooksTo(backend), "digest"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    for (int i = 0; i < 4; ++i) EXPECT_EQ(client.request("SETUP", url, {{"Transport", kTransport}}).status, 401);
    EXPECT_EQ(client.request("DESCRIBE", url).status, 401);
    client.expectClosed();
    EXPECT_THAT(server.waitForLog("] refused: "),
                HasSubstr("event=on_connect stream=__defaultVhost__/live/show ip=127.0.0.1"));
    server.waitForLog("cause=credentials");
    EXPECT_THAT(backend.calls(), IsEmpty());
}

class RtspPasswords : public RtspAuth {
  protected:
    PasswordBackend backend_;
};

TEST_F(RtspPasswords, TheRightOneLetsInByEachDigest) {
    HookcastServer server(vhostOf(backend_.hooks(), "digest-sha-256 digest"));
    const std::string url = server.rtspUrl("live/show?token=x");
    std::size_t publishers = 0;
    for (const auto scheme : {config::RtspAuthScheme::DigestMd5, config::RtspAuthScheme::DigestSha256})
        for (const char* qop : {"", "auth"}) {
            RtspClient client(server.rtspPort());
            const DigestLogin login{"ann", "secret", scheme, qop};
            const rtsp::RtspResponse challenged = client.request("ANNOUNCE", url, {}, avcSdp());
            ASSERT_EQ(challenged.status, 401);
            client.require("ANNOUNCE", url, login.answer(challenged, "ANNOUNCE", url), avcSdp());
            client.require("SETUP", url + "/streamid=0", {{"Transport", kTransport}});
            client.require("RECORD", url);
            client.require("TEARDOWN", url);
            client.tcp().close();
            ++publishers;
            server.waitForLog("] closed: ", publishers);
        }
    EXPECT_THAT(backend_.waitFor("yes on_publish ann"), Not(HasSubstr("no ")));
}

TEST_F(RtspPasswords, AnUnusualNameAndPasswordAreWhatTheyAre) {
    const std::string user = "Gr\xC3\xBC\xC3\x9F"
                             "e, \"x\"";
    const std::string password = "a:b@c/d%e f?\xE2\x82\xAC";
    HookcastServer server(vhostOf(backend_.notify("notify_method GET;"), "digest"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    const rtsp::RtspResponse challenged = client.request("DESCRIBE", url);
    EXPECT_EQ(client.request("DESCRIBE", url, DigestLogin{user, password}.answer(challenged, "DESCRIBE", url)).status,
              404);
    backend_.waitFor("yes connect " + user);
}

TEST_F(RtspPasswords, AWrongOneIsAnswered401AndTheConnectionEnds) {
    HookcastServer server(vhostOf(backend_.hooks(), "digest basic"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient byBasic(server.rtspPort());
    const rtsp::RtspResponse answer = byBasic.request("DESCRIBE", url, basic("ann:wrong"));
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(challengesIn(answer), SizeIs(2)) << "so that a player asks for another one";
    byBasic.expectClosed();
    RtspClient byDigest(server.rtspPort());
    const rtsp::RtspResponse challenged = byDigest.request("DESCRIBE", url);
    EXPECT_EQ(byDigest.request("DESCRIBE", url, DigestLogin{"ann", "wrong"}.answer(challenged, "DESCRIBE", url)).status,
              401);
    byDigest.expectClosed();
    RtspClient unknown(server.rtspPort());
    EXPECT_EQ(unknown.request("DESCRIBE", url, basic("eve:secret")).status, 401);
    unknown.expectClosed();
    server.waitForLog("] refused: ", 3);
    EXPECT_THAT(backend_.heard(), Not(HasSubstr("yes")));
}

/// Its own answer, sent again by whoever has read it.
TEST_F(RtspPasswords, AnAnswerCannotBeSentAgain) {
    HookcastServer server(vhostOf(backend_.hooks(), "digest"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    const rtsp::RtspResponse challenged = client.request("DESCRIBE", url);
    const RtspClient::Headers answer = DigestLogin().answer(challenged, "DESCRIBE", url);
    EXPECT_EQ(client.request("DESCRIBE", url, answer).status, 404);
    RtspClient thief(server.rtspPort());
    const rtsp::RtspResponse stale = thief.request("DESCRIBE", url, answer);
    EXPECT_EQ(stale.status, 401);
    EXPECT_THAT(challengesIn(stale).front(), HasSubstr("stale=true"));
    EXPECT_EQ(thief.request("DESCRIBE", url, answer).status, 401) << "nor to a challenge of this connection";
    client.tcp().close();
    server.waitForLog("] closed: ");
    EXPECT_EQ(thief.request("DESCRIBE", url, answer).status, 401) << "nor when its connection has ended";
    EXPECT_EQ(backend_.heard().find("on_connect"), backend_.heard().rfind("on_connect")) << "one has been asked about";
}

TEST_F(RtspPasswords, AnAnswerIsForItsStreamAndMethod) {
    HookcastServer server(vhostOf(backend_.hooks(), "digest"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    rtsp::RtspResponse challenged = client.request("DESCRIBE", url);
    challenged =
        client.request("DESCRIBE", server.rtspUrl("live/other"), DigestLogin().answer(challenged, "DESCRIBE", url));
    EXPECT_EQ(challenged.status, 401);
    // What is right for a DESCRIBE is a wrong password for an ANNOUNCE.
    EXPECT_EQ(client.request("ANNOUNCE", url, DigestLogin().answer(challenged, "DESCRIBE", url), avcSdp()).status, 401);
    client.expectClosed();
    EXPECT_EQ(backend_.waitFor("no on_connect ann"), "no on_connect ann\n");
}

TEST_F(RtspPasswords, AConnectionIsOneUsers) {
    HookcastServer server(vhostOf(backend_.hooks()));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    client.require("ANNOUNCE", url, basic("ann:secret"), avcSdp());
    EXPECT_EQ(
        client.request("SETUP", url + "/streamid=0", with({{"Transport", kTransport}}, basic("bob:secret"))).status,
        403);
    client.expectClosed();
    server.waitForLog("cause=credentials");
}

TEST_F(RtspAuth, AVerdictThatIsKeptIsForItsPasswordAlone) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect","user":"ann","password":"secret"},)"
                    R"("reply":{"body":"{\"code\":0,\"data\":{\"ttl\":600}}"}})");
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"body":"1"}})");
    HookcastServer server(vhostOf(hooksTo(backend, "cache_verdicts on; on_failure last;")));
    const std::string url = server.rtspUrl("live/show");
    const auto statusOf = [&](const std::string& pair) {
        return RtspClient(server.rtspPort()).request("DESCRIBE", url, basic(pair)).status;
    };
    EXPECT_EQ(statusOf("ann:secret"), 404);
    EXPECT_EQ(statusOf("ann:secret"), 404);
    EXPECT_THAT(withAction(backend.calls(), "on_connect"), SizeIs(1)) << "it is kept";
    EXPECT_EQ(statusOf("ann:wrong"), 401);
    EXPECT_EQ(statusOf("ann:"), 401);
    EXPECT_EQ(statusOf("bob:secret"), 401);
    EXPECT_THAT(withAction(backend.calls(), "on_connect"), SizeIs(4));
    // Nor does the last verdict let another one in when the backend is away.
    backend.kill();
    EXPECT_EQ(statusOf("ann:secret"), 404);
    EXPECT_EQ(statusOf("ann:wrong2"), 401);
}

TEST_F(RtspAuth, WhomTheRulesKeepOutIsNotAsked) {
    MockBackend backend;
    HookcastServer server(vhostOf("security { enabled on; deny play all; allow publish all; }\n" + hooksTo(backend)));
    const std::string url = server.rtspUrl("live/show");
    RtspClient player(server.rtspPort());
    const rtsp::RtspResponse answer = player.request("DESCRIBE", url);
    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(challengesIn(answer), IsEmpty());
    player.expectClosed();
    server.waitForLog("cause=security");
    RtspClient publisher(server.rtspPort());
    EXPECT_EQ(publisher.request("ANNOUNCE", url, {}, avcSdp()).status, 401);
    publish(publisher, url, basic("ann:secret"));
}

TEST_F(RtspAuth, AReloadTurnsItOnForThoseWhoComeThen) {
    MockBackend backend;
    HookcastServer server(vhostOf(hooksTo(backend), "off"));
    const std::string url = server.rtspUrl("live/show");
    RtspClient early(server.rtspPort());
    publish(early, url, {});
    RtspClient connected(server.rtspPort());
    connected.require("OPTIONS", "*");
    EXPECT_THAT(server.reload(vhostOf(hooksTo(backend), "basic")), Not(HasSubstr("error")));
    EXPECT_EQ(connected.request("DESCRIBE", url).status, 401);
    play(connected, url, basic("ann:secret"));
    early.require("GET_PARAMETER", url);
}

/// At the level that says the most, with all that is kept and told of a client.
TEST_F(RtspAuth, NobodyButTheBackendsSeesAPassword) {
    MockBackend backend;
    const FreePort api;
    HookcastServer server(
        fmt::format("srs_log_level verbose; http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", api.number()) +
        vhostOf(hooksTo(backend, "cache_verdicts on;") + notifyTo(backend, "notify_method GET;")));
    const std::string url = server.rtspUrl("live/show");
    RtspClient publisher(server.rtspPort());
    publish(publisher, url, basic("ann:pa55w0rd"));
    RtspClient player(server.rtspPort());
    play(player, url, basic("ann:pa55w0rd"));
    backend.waitForCall("notify play");
    ApiClient client(api.number());
    for (const char* path : {"/api/v1/clients", "/api/v1/streams", "/api/v1/hooks", "/metrics", "/api/v1/vhosts"})
        EXPECT_THAT(client.ask("GET", path).body, Not(HasSubstr("pa55w0rd"))) << path;
    player.tcp().close();
    publisher.tcp().close();
    backend.waitForCall("on_close", 2);
    server.stop();
    EXPECT_THAT(server.log().text(), HasSubstr("on_connect"));
    EXPECT_THAT(server.log().text(), Not(HasSubstr("pa55w0rd")));
    EXPECT_THAT(server.log().text(), Not(HasSubstr("YW5uOnBhNTV3MHJk")));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(server.folder().path())) {
        if (!entry.is_regular_file()) continue;
        std::ostringstream content;
        content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        EXPECT_THAT(content.str(), Not(HasSubstr("pa55w0rd"))) << entry.path();
    }
}

} // namespace
} // namespace hookcast::integration
