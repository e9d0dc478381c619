// The configuration changes under a server that runs: who is concerned notices, and nobody else.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/RtspClient.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Clients = std::vector<std::unique_ptr<RtmpClient>>;

constexpr const char* kPatient = "publish { normal_timeout 60000; }\n";

std::string patientVhost(std::string_view content = "") {
    return defaultVhost(std::string(kPatient) + std::string(content));
}

/// A player on its stream, in front of whom publisher and player of another vhost come and go.
class Witness {
  public:
    explicit Witness(const HookcastServer& server)
        : player_(startPlayer(server.port(), "witness")), publisher_(startPublisher(server.port(), "witness")) {}

    /// Sends a picture and waits until it is there: nothing was lost, and nothing comes twice.
    void expectToGoOn() {
        const rtmp::Message frame = avcKeyframe(next_ * 40, 500, next_);
        ++next_;
        publisher_->send(frame);
        EXPECT_EQ(player_->expectMedia(1).front().payload, frame.payload);
    }

  private:
    std::unique_ptr<RtmpClient> player_;
    std::unique_ptr<RtmpClient> publisher_;
    std::uint32_t next_ = 0;
};

TEST(Reload, ThoseWhoAreNotConcernedLoseNoPacket) {
    constexpr unsigned kPublishers = 5;
    constexpr unsigned kPlayersEach = 40;
    constexpr unsigned kFramesEach = 60;
    const auto config = [](unsigned round) {
        return fmt::format("max_connections {};\nlimits {{ idle_timeout {}; }}\n{}{}{}", 1000 + round, 60000 + round,
                           patientVhost(), vhost("changes", fmt::format("chunk_size {};", 4096 + round)),
                           round % 2 == 0 ? vhost("comes.and.goes") : "");
    };
    HookcastServer server(config(0));
    Clients publishers;
    std::vector<Clients> players(kPublishers);
    for (unsigned stream = 0; stream < kPublishers; ++stream) {
        const std::string name = fmt::format("s{}", stream);
        publishers.push_back(startPublisher(server.port(), name));
        for (unsigned i = 0; i < kPlayersEach; ++i) players[stream].push_back(startPlayer(server.port(), name));
    }
    for (unsigned number = 0; number < kFramesEach; ++number) {
        for (unsigned stream = 0; stream < kPublishers; ++stream)
            publishers[stream]->send(avcKeyframe(number * 40, 300, number * kPublishers + stream));
        if (number % 10 != 5) continue;
        const auto passing = connectClient(server.port(), "live?vhost=comes.and.goes");
        EXPECT_THAT(server.reload(config(number / 10 + 1)), HasSubstr("] reloaded, no warnings"));
    }
    for (unsigned stream = 0; stream < kPublishers; ++stream) {
        for (const auto& player : players[stream]) {
            const std::vector<rtmp::Message> media = player->expectMedia(kFramesEach);
            for (unsigned number = 0; number < kFramesEach; ++number)
                ASSERT_EQ(media[number].payload, avcKeyframe(number * 40, 300, number * kPublishers + stream).payload)
                    << "stream " << stream << ", frame " << number;
        }
    }
    EXPECT_THAT(server.closedLines("vhost"), testing::Each(HasSubstr("the vhost is not served any more")));
}

TEST(Reload, AVhostThatComesAsksItsBackends) {
    MockBackend backend;
    HookcastServer server(patientVhost());
    Witness witness(server);
    connectClient(server.port(), "live?vhost=new.com");
    EXPECT_THAT(server.reload(patientVhost() + vhost("new.com", hooksTo(backend))), Not(HasSubstr("not reloaded")));
    connectClient(server.port(), "live?vhost=new.com");
    EXPECT_EQ(backend.waitForCall("on_connect").text("vhost"), "new.com");
    EXPECT_EQ(withAction(backend.calls(), "on_connect").size(), 1U);
    witness.expectToGoOn();
}

TEST(Reload, AVhostThatGoesEndsItsSessionsAndOnlyThese) {
    MockBackend backend;
    const std::string leaving = vhost("old.com", hooksTo(backend));
    HookcastServer server(patientVhost() + leaving);
    Witness witness(server);
    const auto publisher = startPublisher(server.port(), "show", "live?vhost=old.com");
    const auto player = startPlayer(server.port(), "show", "live?vhost=old.com");
    RtspClient rtsp(server.rtspPort());
    publisher->send(avcConfig(0));
    rtsp.send("DESCRIBE", server.rtspUrl("live/show?vhost=old.com"));
    backend.waitForCall("on_connect", 3);
    server.reload(patientVhost());
    publisher->expectClosed();
    player->expectClosed();
    rtsp.expectClosed();
    backend.waitForCall("on_close", 3);
    backend.waitForCall("on_unpublish");
    backend.waitForCall("on_stop");
    witness.expectToGoOn();
    EXPECT_THAT(server.closedLines(), testing::SizeIs(3));
}

TEST(Reload, ADisabledVhostEndsItsSessionsToo) {
    HookcastServer server(patientVhost() + vhost("old.com"));
    const auto player = startPlayer(server.port(), "show", "live?vhost=old.com");
    server.reload(patientVhost() + vhost("old.com", "enabled off;"));
    player->expectClosed();
    EXPECT_THROW(connectClient(server.port(), "live?vhost=old.com"), std::runtime_error);
}

TEST(Reload, WhoIsThereIsClosedByTheBackendsThatAdmittedHim) {
    MockBackend before;
    MockBackend after;
    HookcastServer server(patientVhost(hooksTo(before)));
    auto early = startPlayer(server.port(), "show");
    server.reload(patientVhost(hooksTo(after)));
    auto late = startPlayer(server.port(), "show");
    after.waitForCall("on_play");
    early.reset();
    before.waitForCall("on_close");
    late.reset();
    after.waitForCall("on_close");
    EXPECT_THAT(actionsOf(before.calls()), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
    EXPECT_THAT(actionsOf(after.calls()), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
}

TEST(Reload, WhoHasNotConnectedYetIsJudgedByTheNewConfiguration) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"status":200,"body":"1"}})");
    HookcastServer server(patientVhost());
    RtmpClient client(server.port());
    client.shakeHands();
    RtspClient rtsp(server.rtspPort());
    rtsp.require("OPTIONS", "*");
    server.reload(patientVhost(hooksTo(backend)));
    EXPECT_EQ(client.connect(requestFor(server.port(), "live")).level, "error");
    EXPECT_EQ(rtsp.request("DESCRIBE", server.rtspUrl("live/show")).status, 403);
}

TEST(Reload, ABrokenFileChangesNothingAndSaysWhy) {
    MockBackend backend;
    HookcastServer server(patientVhost(hooksTo(backend)));
    Witness witness(server);
    EXPECT_THAT(server.reload("chunk_sise 1;\n" + patientVhost()), HasSubstr("not reloaded"));
    EXPECT_THAT(server.waitForLog("chunk_sise"), HasSubstr("hookcast.conf:6:1: error: "));
    EXPECT_THAT(server.reload("vhost x {"), HasSubstr("not reloaded"));
    std::filesystem::remove(server.folder().file("hookcast.conf"));
    const std::size_t from = server.log().count();
    server.signal(SIGHUP);
    EXPECT_THAT(server.waitForLog("reloaded", 1, from), HasSubstr("not reloaded"));
    witness.expectToGoOn();
    connectClient(server.port());
    backend.waitForCall("on_connect", 3);
}

TEST(Reload, AListenerThatCannotOpenChangesNothing) {
    MockBackend backend;
    const HookcastServer other(defaultVhost());
    HookcastServer server(patientVhost());
    Witness witness(server);
    const std::string line = server.reload(fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}\n{}",
                                                       other.port(), patientVhost(hooksTo(backend))));
    EXPECT_THAT(line, HasSubstr("not reloaded"));
    EXPECT_THAT(line, HasSubstr(fmt::format("cannot listen on port {}", other.port())));
    connectClient(server.port());
    witness.expectToGoOn();
    EXPECT_THAT(backend.calls(), testing::IsEmpty());
}

TEST(Reload, ListenersComeAndGo) {
    const FreePort port;
    HookcastServer server(patientVhost());
    Witness witness(server);
    EXPECT_THROW(TcpClient(port.number()), std::runtime_error);
    server.reload(
        fmt::format("rtmp {{ listen 127.0.0.1:{} 127.0.0.1:{}; }}\n{}", server.port(), port.number(), patientVhost()));
    EXPECT_THROW(TcpClient(port.number()), std::runtime_error) << "the top level's listen wins";
    server.reload(fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}\n{}", port.number(), patientVhost()));
    server.waitForLog(fmt::format("listening for HTTP on 127.0.0.1:{}", port.number()));
    HttpClient http(port.number());
    EXPECT_EQ(http.get("/live/x.flv").status, 404);
    server.reload(patientVhost());
    server.waitForLog(fmt::format("not listening for HTTP on 127.0.0.1:{} any more", port.number()));
    http.tcp().drainUntilClosed();
    EXPECT_THROW(TcpClient(port.number()), std::runtime_error);
    witness.expectToGoOn();
}

TEST(Reload, SrtIsTurnedOnAndOff) {
    const SrtPort srt;
    const std::string served = patientVhost("srt { enabled on; }");
    HookcastServer server(served);
    Witness witness(server);
    server.reload(srt.server() + served);
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcConfig(0));
    for (unsigned i = 0; i < 20; ++i) publisher->send(avcKeyframe(i * 40, 5000, i));
    const SrtClient player(srt.number(), "#!::r=live/show,m=request");
    ASSERT_TRUE(player.connected());
    server.waitForLog("plays __defaultVhost__/live/show");
    server.reload(served);
    player.expectClosed();
    server.waitForLog("SRT is not served any more");
    server.reload(srt.server() + served);
    EXPECT_TRUE(SrtClient(srt.number(), "#!::r=live/show,m=request").connected());
    witness.expectToGoOn();
}

TEST(Reload, MountsFollowTheirVhosts) {
    const FreePort port;
    const std::string http = fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}\n", port.number());
    HookcastServer server(http + patientVhost());
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    publisher->sync();
    HttpClient client(port.number());
    const auto statusOfShow = [&client] {
        client.send("HEAD", "/live/show.flv");
        return client.receive(true).status;
    };
    EXPECT_EQ(statusOfShow(), 404);
    server.reload(http + patientVhost("http_remux { enabled on; }"));
    EXPECT_EQ(statusOfShow(), 200);
    server.reload(http + patientVhost());
    EXPECT_EQ(statusOfShow(), 404);
}

TEST(Reload, MaxConnectionsCountsAtOnce) {
    HookcastServer server("max_connections 1;\n" + patientVhost());
    const auto first = connectClient(server.port());
    TcpClient(server.port()).drainUntilClosed();
    server.reload("max_connections 2;\n" + patientVhost());
    connectClient(server.port());
}

TEST(Reload, WhatCountsAtTheNextStartOnlyIsSaid) {
    HookcastServer server("server_id one;\n" + patientVhost());
    EXPECT_THAT(server.reload("server_id two;\nlimits { log_size 1000000; idle_timeout 1000; }\n" + patientVhost()),
                HasSubstr("no warnings in the configuration, 2 directives count at the next start only"));
    server.waitForLog("server_id counts at the next start only");
    server.waitForLog("limits.log_size counts at the next start only");
    EXPECT_EQ(server.log().count(" counts at the next start only"), 2U);
}

TEST(Reload, WebhooksComeAndGo) {
    MockBackend stays;
    MockBackend comes;
    HookcastServer server(webhookTo(stays) + patientVhost());
    stays.waitForEvents("service:up");
    server.reload(webhookTo(stays) + webhookTo(comes) + patientVhost());
    auto publisher = startPublisher(server.port(), "show");
    comes.waitForEvents("stream:create");
    stays.waitForEvents("stream:create");
    server.reload(webhookTo(stays) + patientVhost());
    publisher.reset();
    stays.waitForEvents("stream:delete");
    server.stop();
    EXPECT_EQ(named(stays.waitForEvents("service:down"), "service:down").size(), 1U);
    for (const SentEvent& event : comes.events()) EXPECT_NE(event.name(), "stream:delete");
}

TEST(Reload, TheHeartbeatComesAndGoes) {
    MockBackend backend;
    HookcastServer server(patientVhost());
    server.reload(fmt::format("heartbeat {{ enabled on; interval 0.1; url {}; }}\n{}", backend.url("/api/v1/servers"),
                              patientVhost()));
    backend.waitFor("two beats", [](const HookCalls& calls) { return calls.size() >= 2; });
    server.reload(patientVhost());
    // One may be on its way still.
    const HookCalls before = backend.waitFor("the last beat", [](const HookCalls&) { return true; });
    server.reload(
        fmt::format("heartbeat {{ enabled on; url {}; }}\n{}", backend.url("/api/v1/servers?again"), patientVhost()));
    const HookCalls& calls =
        backend.waitFor("a beat", [](const HookCalls& all) { return all.back().query == "again"; });
    EXPECT_LE(calls.size(), before.size() + 2);
}

TEST(Reload, CapturesComeAndGoAndStay) {
    HookcastServer camera(patientVhost());
    const FfmpegRun lens(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", camera.url("live/lens")});
    const auto capture = [&camera](const char* name) {
        return fmt::format("capture {} {{ source {}; }}\n", name, camera.url("live/lens"));
    };
    HookcastServer server(patientVhost(capture("stays") + capture("goes")));
    server.waitForLog("publishes __defaultVhost__/live/stays-primary");
    server.waitForLog("publishes __defaultVhost__/live/goes-primary");
    server.reload(patientVhost(capture("stays") + capture("comes")));
    server.waitForLog("publishes __defaultVhost__/live/comes-primary");
    server.waitForLog("removed from the configuration");
    EXPECT_EQ(server.log().count("publishes __defaultVhost__/live/stays-primary"), 1U);
}

TEST(Reload, ChangesTheLogsShape) {
    HookcastServer server(patientVhost(), {{"TZ", "TST-13:00"}});
    EXPECT_THAT(server.reload("log_format json;\nutc_time on;\n" + patientVhost()),
                AllOf(HasSubstr("{\"time\":\""), HasSubstr("Z\",\"level\":\"trace\",\"who\":\"config\",")));
    EXPECT_THAT(server.reload("log_format json;\n" + patientVhost()), HasSubstr("+13:00\",\"level\""));
    EXPECT_THAT(server.reload(patientVhost()), HasSubstr("][trace][config] reloaded"));
}

TEST(Reload, TheLogChangesItsLevel) {
    HookcastServer server(patientVhost());
    connectClient(server.port());
    server.reload("srs_log_level info;\n" + patientVhost());
    connectClient(server.port());
    server.waitForLog("accepted from");
    EXPECT_EQ(server.log().count("accepted from"), 1U) << "which is too little for trace, the level before";
}

TEST(Reload, SeveralAtOnceAreOneAfterAnother) {
    HookcastServer server(patientVhost());
    Witness witness(server);
    for (int i = 0; i < 20; ++i) server.signal(SIGHUP);
    server.waitForLog("] reloaded");
    witness.expectToGoOn();
    server.stop();
}

} // namespace
} // namespace hookcast::integration
