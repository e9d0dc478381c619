// What goes on with one client, as /api/v1/clients/{id} tells it, from connecting to its end.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include "base/Utf8.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using Json = ApiClient::Json;
using testing::HasSubstr;
using testing::IsEmpty;

class LiveState : public testing::Test {
  protected:
    explicit LiveState(std::string_view vhost = "")
        : hookcast_(fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}", port_.number(),
                                defaultVhost(kAllMounts + hooksTo(backend_) + std::string(vhost)))) {}

    /// Of client `id`, as soon as it waits for `what`.
    Json live(const std::string& id, const std::string& what) const {
        const Json answer = api_.waitFor("/api/v1/clients/" + id, [&what](const Json& json) {
            return json->has("client") && !json->getObject("client")->isNull("live") &&
                   waits(json->getObject("client")->getObject("live"))->getValue<std::string>("for") == what;
        });
        EXPECT_THAT(OpenApi(HOOKCAST_SOURCE_DIR "/trunk/doc/openapi.json").misfits("/api/v1/clients/{id}", answer),
                    IsEmpty());
        return answer->getObject("client")->getObject("live");
    }

    /// What the log calls the `nth` client that has connected: questions to the interface have numbers, too.
    std::string name(std::size_t nth) {
        const std::string line = hookcast_.server().waitForLog("] connected from", nth);
        const std::size_t begin = line.rfind('[', line.find("] connected from")) + 1;
        return line.substr(begin, line.find(']', begin) - begin);
    }

    static Json waits(const Json& live) { return live->getObject("waits"); }

    /// Sends the command and does not wait for what comes of it.
    static void ask(RtmpClient& client, const char* command) {
        client.createStream();
        client.sendCommand(command, 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
    }

    void stall(const char* action) {
        backend_.addRule(fmt::format(R"({{"match":{{"action":"{}"}},"reply":{{"delay_ms":600000}}}})", action));
    }

    MockBackend backend_;
    FreePort port_;
    ApiClient api_{port_.number()};
    HttpHookcast hookcast_;
};

TEST_F(LiveState, OfWhoWaitsForAVerdict) {
    stall("on_publish");
    const auto first = connectClient(hookcast_.rtmpPort());
    Json state = live("1", "client");
    EXPECT_TRUE(state->getValue<bool>("connected"));
    EXPECT_FALSE(state->getValue<bool>("suspended"));
    EXPECT_EQ(waits(state)->getValue<std::string>("otherwise"), "neither publishes nor plays");
    EXPECT_GT(waits(state)->getValue<int>("deadline_ms"), 0);

    ask(*first, "publish");
    state = live("rtmp-1", "verdict");
    EXPECT_EQ(waits(state)->getValue<std::string>("hook"), "on_publish");
    EXPECT_TRUE(waits(state)->isNull("deadline_ms")) << "no deadline runs meanwhile";
    EXPECT_TRUE(state->getValue<bool>("suspended"));
    EXPECT_FALSE(state->getValue<bool>("admitted"));
    EXPECT_GT(state->getValue<int>("recv_bytes"), 3000) << "of the handshake";
    EXPECT_EQ(state->getValue<std::string>("log_name"), "rtmp-1");
    EXPECT_EQ(live(state->getValue<std::string>("client_id"), "verdict")->getValue<std::string>("log_name"), "rtmp-1");
    EXPECT_EQ(api_.get("/api/v1/clients")->getArray("clients")->size(), 0U) << "the list has who was let in";

    const auto second = connectClient(hookcast_.rtmpPort());
    ask(*second, "publish");
    state = live(name(2), "turn");
    EXPECT_GT(waits(state)->getValue<int>("deadline_ms"), 0);
    EXPECT_TRUE(state->getValue<bool>("suspended"));
}

TEST_F(LiveState, OfWhoWaitsForAStream) {
    HttpClient player(hookcast_.httpPort());
    player.send("GET", "/live/show.flv?token=hidden");
    const Json state = live("1", "stream");
    EXPECT_EQ(waits(state)->getValue<std::string>("stream"), "__defaultVhost__/live/show");
    EXPECT_GT(waits(state)->getValue<int>("deadline_ms"), 0);
    EXPECT_TRUE(state->getValue<bool>("admitted"));
    EXPECT_FALSE(state->getValue<bool>("suspended")) << "it is heard when it leaves";
    EXPECT_TRUE(state->isNull("player"));
    EXPECT_THAT(api_.ask("GET", "/api/v1/clients/1").body, testing::Not(HasSubstr("hidden")));
}

TEST_F(LiveState, OfAPublisherAndItsPlayer) {
    const auto player = startPlayer(hookcast_.rtmpPort(), "show");
    EXPECT_EQ(live("1", "first_media")->getObject("player")->getValue<int>("lag_bytes"), 0);
    const auto publisher = startPublisher(hookcast_.rtmpPort(), "show");
    const std::string its = name(2);
    Json state = live(its, "first_media");
    EXPECT_THAT(waits(state)->getValue<std::string>("otherwise"), HasSubstr("firstpkt_timeout"));
    EXPECT_GT(waits(state)->getValue<int>("deadline_ms"), 0);
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    state = live(its, "media");
    EXPECT_THAT(waits(state)->getValue<std::string>("otherwise"), HasSubstr("normal_timeout"));
    player->expectMedia(2);
    state = live("1", "nothing");
    EXPECT_EQ(state->getObject("player")->getValue<int>("lag_bytes"), 0);
    EXPECT_EQ(state->getObject("player")->getValue<int>("blocked_ms"), 0);
    EXPECT_GT(state->getValue<int>("send_bytes"), 3000);
    publisher->tcp().reset();
    api_.waitFor("/api/v1/clients/" + its, [](const Json& json) { return json->getValue<int>("code") == 2049; });
}

TEST_F(LiveState, OfAPlayerThatDoesNotRead) {
    const auto publisher = startPublisher(hookcast_.rtmpPort(), "show");
    publisher->send(avcConfig(0));
    const auto player = startPlayer(hookcast_.rtmpPort(), "show", "live", 4096);
    std::uint32_t timeMs = 0;
    const Json answer = api_.waitFor("/api/v1/clients/2", [&](const Json& json) {
        for (int i = 0; i < 20; ++i) publisher->send(avcKeyframe(timeMs += 40, 100'000));
        const Json state = json->getObject("client")->getObject("live");
        return state->getObject("player")->getValue<int>("lag_ms") > 1000;
    });
    const Json standing = answer->getObject("client")->getObject("live")->getObject("player");
    EXPECT_GT(standing->getValue<std::int64_t>("lag_bytes"), 1'000'000);
    EXPECT_FALSE(standing->getValue<bool>("paused"));
}

TEST_F(LiveState, IsJsonWhateverAClientCallsItself) {
    RtmpClient client(hookcast_.rtmpPort());
    client.shakeHands();
    ConnectRequest request = requestFor(hookcast_.rtmpPort(), "a\"b\\c d");
    request.pageUrl = "http://h/\xFF\xC3(\"\\\x01\x7F\xED\xA0\x80 \xF0\x9F\x8E\xA5";
    EXPECT_EQ(client.connect(request).level, "status");
    live("1", "client");
    const std::string body = api_.ask("GET", "/api/v1/clients/1").body;
    EXPECT_EQ(base::toValidUtf8(body), body);
    EXPECT_THAT(body, HasSubstr("\xF0\x9F\x8E\xA5"));
    EXPECT_THAT(body, HasSubstr("a\\\"b\\\\c d"));
}

} // namespace
} // namespace hookcast::integration
