#include "support/Configs.h"
#include "support/HookDirectives.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Refusal.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/WebSocketClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Those of clients that do not publish.
HookCalls callsOfPlayers(HookCalls calls, std::int64_t publisher) {
    std::erase_if(calls, [publisher](const HookCall& call) { return call.number("client_id") == publisher; });
    return calls;
}

TEST(HttpHooks, GetEverythingByteForByte) {
    MockBackend backend;
    HttpHookcast hookcast(defaultVhost(kAllMounts + hooksTo(backend)));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    const std::int64_t publisherId = backend.waitForCall("on_publish").number("client_id");
    publisher->send(avcKeyframe(0));
    publisher->sync();

    HttpClient player(hookcast.httpPort());
    const std::string param = "?token=a%20b%2F&empty=&%zz&x=1?2&\xC3\xA4=\xC3\xB6";
    EXPECT_EQ(player.get("/live/show.flv" + param, "Referer: http://page/?secret\r\n").status, 200);
    player.receiveBytes(500);
    player.tcp().reset();
    const HookCalls calls = callsOfPlayers(
        backend.waitFor("the player's end", [](const HookCalls& all) { return !withAction(all, "on_close").empty(); }),
        publisherId);
    EXPECT_THAT(actionsOf(calls), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
    const std::string host = "http://127.0.0.1";
    for (const HookCall& call : calls) {
        EXPECT_EQ(call.number("client_id"), calls.front().number("client_id"));
        EXPECT_EQ(call.text("ip"), "127.0.0.1");
        EXPECT_EQ(call.text("vhost"), "__defaultVhost__");
        EXPECT_EQ(call.text("app"), "live");
        if (call.action() == "on_close") continue;
        EXPECT_EQ(call.text("stream"), "show");
        EXPECT_EQ(call.text("param"), param);
        EXPECT_EQ(call.text("tcUrl"), host + "/live");
    }
    EXPECT_EQ(calls[0].text("pageUrl"), "http://page/?secret");
    EXPECT_EQ(calls[1].text("stream_url"), "/live/show");
    EXPECT_GT(calls[2].number("send_bytes"), 500);
    hookcast.server().stop();
    EXPECT_EQ(hookcast.server().log().count("token"), 0U);
    EXPECT_EQ(hookcast.server().log().count("secret"), 0U);
}

TEST(HttpHooks, GetTheOriginOfAWebSocketsPage) {
    MockBackend backend;
    HttpHookcast hookcast(defaultVhost(kAllMounts + hooksTo(backend)));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    HttpClient player(hookcast.httpPort());
    EXPECT_EQ(player.get("/live/show.flv?t=1", std::string("Origin: http://page\r\n") + kWebSocketHandshake).status,
              101);
    const HookCall play = backend.waitForCall("on_play");
    EXPECT_EQ(play.text("pageUrl"), "http://page");
    EXPECT_EQ(play.text("param"), "?t=1");
    hookcast.server().stop();
}

TEST(HttpHooks, AreFormsWhereTheVhostWantsThem) {
    MockBackend backend;
    HttpHookcast hookcast(defaultVhost(kAllMounts + notifyTo(backend, "protocols httpflv;")));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    HttpClient player(hookcast.httpPort());
    EXPECT_EQ(player.get("/live/show.ts?key=1").status, 200);
    player.tcp().reset();
    backend.waitForCall("notify done");
    hookcast.server().stop();
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify play", "notify done"));
    for (const HookCall& call : backend.calls()) {
        EXPECT_EQ(call.text("protocol"), "httpflv");
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("name"), "show");
        EXPECT_EQ(call.text("url"), "http://127.0.0.1/live/show.ts?key=1");
        EXPECT_FALSE(call.has("tcurl")) << "that is RTMP's";
    }
}

TEST(HttpHooks, AreNotAskedAboutWhatIsNotThereOrIsNoStream) {
    MockBackend backend;
    HttpHookcast hookcast(defaultVhost(kAllMounts + hooksTo(backend)));
    HttpClient client(hookcast.httpPort());
    EXPECT_EQ(client.get("/index.html").status, 404);
    client.send("HEAD", "/live/show.flv");
    EXPECT_EQ(client.receive(true).status, 200) << "whether or not somebody publishes";
    hookcast.server().stop();
    EXPECT_THAT(backend.calls(), IsEmpty());
}

/// Who may not play learns no names: what is not there is refused as what is.
TEST(HttpHooks, AreAskedBeforeA404TellsWhatIsNotThere) {
    MockBackend backend;
    HttpHookcast hookcast(defaultVhost(std::string(kAllMounts) + "play { wait_stream 0; }\n" + hooksTo(backend)));
    backend.addRule(R"({"match":{"action":"on_play","param":"?key=no"},"reply":{"status":403}})");
    const auto publisher = startPublisher(hookcast.rtmpPort(), "there");
    for (const char* path : {"/live/there.flv?key=no", "/live/missing.flv?key=no"})
        EXPECT_EQ(HttpClient(hookcast.httpPort()).get(path).status, 403) << path;
    EXPECT_EQ(HttpClient(hookcast.httpPort()).get("/live/missing.flv").status, 404);
    hookcast.server().stop();
    EXPECT_EQ(std::ranges::count(actionsOf(backend.calls()), "on_play"), 3);
}

/// As with SRS: the page may be opened before the encoder is.
TEST(HttpHooks, APlayerMayComeBeforeItsPublisher) {
    MockBackend backend;
    HttpHookcast hookcast(defaultVhost(std::string(kAllMounts) + "play { wait_stream 600; }\n" + hooksTo(backend)));
    HttpClient early(hookcast.httpPort());
    early.send("GET", "/live/show.flv");
    backend.waitForCall("on_play");
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcKeyframe(0));
    EXPECT_EQ(early.receive().status, 200);
    early.receiveBytes(13);
    HttpClient gone(hookcast.httpPort());
    gone.send("GET", "/live/never.flv");
    backend.waitForCall("on_play", 2);
    gone.tcp().reset();
    backend.waitForCall("on_stop");
    early.tcp().reset();
    backend.waitForCall("on_stop", 2);
    hookcast.server().stop();
    EXPECT_EQ(std::ranges::count(actionsOf(backend.calls()), "on_play"), 2);
}

class HttpRefusals : public testing::TestWithParam<std::tuple<std::string, Refusal>> {
  protected:
    HttpRefusals()
        : opening_(std::get<0>(GetParam())), refusal_(std::get<1>(GetParam())),
          refusing_(opening_, refusal_, R"("tcUrl":"http*",)") {}

    std::string opening_;
    Refusal refusal_;
    RefusingBackend refusing_;
};

TEST_P(HttpRefusals, AreSeenByTheClientAndCloseItsConnection) {
    HttpHookcast hookcast(defaultVhost(kAllMounts + refusing_.hooks()));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    const std::int64_t publisherId = refusing_.backend().waitForCall("on_publish").number("client_id");
    HttpClient player(hookcast.httpPort());

    const HttpAnswer answer = player.get("/live/show.flv?token=x");

    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(answer.body, HasSubstr("refused by hook"));
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_EQ(player.receiveToEnd(), "");
    hookcast.server().waitForLog("closed: GET /live/show.flv: 403 refused by hook");
    hookcast.server().stop();
    EXPECT_EQ(actionsOf(callsOfPlayers(refusing_.backend().calls(), publisherId)), refusing_.expectedCalls());
    EXPECT_THAT(hookcast.server().waitForLog("] refused: "), HasSubstr(refusal_.reason));
    EXPECT_EQ(hookcast.server().log().count("token"), 0U);
}

/// A backend that nobody can reach would refuse the publisher's connect, too.
std::vector<std::tuple<std::string, Refusal>> refusalsOfPlayers() {
    std::vector<std::tuple<std::string, Refusal>> all;
    for (const Refusal& refusal : allRefusals()) {
        if (refusal.reachesBackend) all.emplace_back("on_connect", refusal);
        all.emplace_back("on_play", refusal);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Hooks, HttpRefusals, testing::ValuesIn(refusalsOfPlayers()),
                         [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param).name; });

TEST(HttpHooks, KeepNobodyElseWaiting) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_play","param":"?slow*"},"reply":{"delay_ms":3000}})");
    HttpHookcast hookcast(defaultVhost(kAllMounts + hooksTo(backend)));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    std::vector<std::unique_ptr<HttpClient>> slow;
    for (int i = 0; i < 20; ++i) {
        slow.push_back(std::make_unique<HttpClient>(hookcast.httpPort()));
        slow.back()->send("GET", "/live/show.flv?slow");
    }
    backend.waitForCall("on_play", 20);
    HttpClient fast(hookcast.httpPort());
    EXPECT_EQ(fast.get("/live/show.flv?fast").status, 200);
    fast.receiveBytes(500);
    for (const auto& client : slow)
        EXPECT_FALSE(client->tcp().waitReadable(Deadline(std::chrono::milliseconds(0)))) << "still being asked about";
    slow.clear();
    hookcast.server().waitForLog("closed: peer closed the connection", 20);
    fast.tcp().reset();
    backend.waitFor("all ends", [](const HookCalls& calls) { return withAction(calls, "on_close").size() == 21; });
    hookcast.server().stop();
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
}

/// One way for a player to go.
void playOnce(const HttpHookcast& hookcast, std::mt19937& random, int number) {
    const bool webSocket = random() % 3 == 0;
    const char* names[] = {"show", "show", "bad-show", "slow-show"};
    const std::string target = fmt::format("/live/{}.flv?n={}", names[random() % 4], number);
    HttpClient player(hookcast.httpPort());
    player.send("GET", target, webSocket ? kWebSocketHandshake : "");
    switch (random() % 4) {
    case 0: player.tcp().reset(); return; // perhaps before the first question
    case 1: player.tcp().finishSending(); return;
    case 2: player.receive(); break;
    default:
        if (player.receive().status < 300) player.receiveBytes(100);
        break;
    }
    if (random() % 2 == 0) player.tcp().reset();
}

TEST(HttpHooks, EveryOpeningIsClosedOnceHoweverPlayersEnd) {
    constexpr int kPlayers = 300;
    MockBackend backend;
    backend.addRule(R"({"match":{"stream":"bad*","action":"on_play"},"reply":{"status":403}})");
    backend.addRule(R"({"match":{"stream":"slow*","action":"on_play"},"reply":{"delay_ms":100}})");
    backend.addRule(R"({"match":{"param":"*7","action":"on_connect"},"reply":{"delay_ms":50}})");
    HttpHookcast hookcast(
        "limits { hook_drain 60000; }\n" +
        defaultVhost(kAllMounts + hooksTo(backend) + "publish { firstpkt_timeout 600000; normal_timeout 600000; }"));
    std::vector<std::unique_ptr<RtmpClient>> publishers;
    for (const char* name : {"show", "bad-show", "slow-show"}) {
        publishers.push_back(startPublisher(hookcast.rtmpPort(), name));
        publishers.back()->send(avcKeyframe(0));
        publishers.back()->sync();
    }
    std::mt19937 random(4);
    for (int i = 0; i < kPlayers; ++i) playOnce(hookcast, random, i);
    hookcast.server().stop();

    const Ledger ledger = settle(backend.calls());
    EXPECT_THAT(ledger.mistakes, IsEmpty());
    EXPECT_EQ(ledger.admitted, ledger.closed);
    EXPECT_GT(ledger.sessions, kPlayers / 2U);
    EXPECT_GT(ledger.refused, 10U);
}

} // namespace
} // namespace hookcast::integration
