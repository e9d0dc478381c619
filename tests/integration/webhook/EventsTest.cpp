// Every event that the server posts by itself, as a backend gets it.
#include "shared/EventShapes.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <ctime>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using support::documentedEvent;
using support::shapeOfValue;

void expectRisingNumbers(const SentEvents& events) {
    for (std::size_t i = 1; i < events.size(); ++i) EXPECT_LT(events[i - 1].seq(), events[i].seq()) << events[i].name();
}

std::string shapeLike(const std::string& name) {
    const bool ofService = name.starts_with("service:");
    return shapeOfValue(documentedEvent(ofService ? "service:up" : "stream:create"));
}

TEST(WebhookEvents, HaveTheKeysAndTypesOfTheDocument) {
    MockBackend backend;
    HookcastServer server(webhookTo(backend, "pulse 0.5;") + defaultVhost());
    FfmpegRun push({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show?token=secret")});
    backend.waitForEvents("stream:pulse", 2);
    EXPECT_EQ(push.waitForExit(), 0);
    backend.waitForEvents("stream:delete");
    server.stop();

    const SentEvents events = backend.events();
    for (const char* name :
         {"service:up", "service:pulse", "service:down", "stream:create", "stream:pulse", "stream:delete"})
        EXPECT_FALSE(named(events, name).empty()) << name;
    for (const SentEvent& event : events) {
        EXPECT_EQ(shapeOfValue(event.event), shapeLike(event.name())) << event.name();
        EXPECT_EQ(event.event->getValue<std::string>("device"), "mediaserver");
        EXPECT_EQ(event.event->getValue<int>("pid"), server.pid());
        EXPECT_NEAR(event.event->getValue<double>("timestamp"), static_cast<double>(std::time(nullptr)), 120);
    }
    expectRisingNumbers(events);
    EXPECT_EQ(events.front().name(), "service:up");
    EXPECT_EQ(events.back().name(), "service:down");
    for (const HookCall& call : backend.calls()) EXPECT_EQ(call.headers.at("content-type"), "application/json");
}

/// A second of the clip, in figures that ffprobe would give, too: 25 pictures.
TEST(WebhookEvents, TellPlausibleFiguresOfARealEncoder) {
    MockBackend backend;
    HookcastServer server(webhookTo(backend, "pulse 1; events stream:create stream:state stream:pulse stream:delete;") +
                          defaultVhost());
    FfmpegRun push({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show?token=secret")});
    backend.waitForEvents("stream:create");
    {
        const auto player = startPlayer(server.port(), "show");
        const SentEvents sofar = backend.waitForEvents("stream:pulse", 2);
        EXPECT_EQ(named(sofar, "stream:pulse").back().data()->getValue<int>("subscribers"), 1);
    }
    EXPECT_EQ(push.waitForExit(), 0);
    const SentEvents events = backend.waitForEvents("stream:delete");
    const auto created = events.front().data();
    EXPECT_EQ(events.front().name(), "stream:create");
    EXPECT_EQ(created->getValue<std::string>("state"), "active");
    EXPECT_EQ(named(events, "stream:state").size(), 0U) << "all was known at first";
    for (const SentEvent& event : events) {
        const auto data = event.data();
        EXPECT_EQ(data->getValue<std::string>("type"), "publish");
        EXPECT_EQ(data->getValue<std::string>("uid"), "__defaultVhost__/live/show");
        EXPECT_EQ(data->getValue<std::string>("camera"), "show");
        EXPECT_EQ(data->getValue<std::string>("address"), "127.0.0.1");
        EXPECT_EQ(data->getValue<std::string>("source"), server.url("live/show"));
        EXPECT_EQ(data->getValue<Poco::Int64>("stime"), created->getValue<Poco::Int64>("stime"));
        EXPECT_EQ(data->getObject("video")->getValue<std::string>("codec"), "H264");
        if (event.name() == "stream:create") continue;
        // A loaded machine may hand over a second's pictures in less or more than that.
        EXPECT_NEAR(data->getObject("video")->getValue<int>("fps"), 25, 13) << event.name();
        EXPECT_GT(data->getObject("video")->getValue<int>("bitrate"), 10'000) << event.name();
        EXPECT_LT(data->getObject("video")->getValue<int>("bitrate"), 10'000'000) << event.name();
    }
    server.stop();
}

TEST(WebhookEvents, AreTheSameForAnRtspPublisher) {
    MockBackend backend;
    const FreePort rtspPort;
    HookcastServer server(webhookTo(backend, "pulse 1;") +
                          fmt::format("rtsp_server {{ enabled on; listen 127.0.0.1:{}; }}\n", rtspPort.number()) +
                          defaultVhost());
    const std::string url = fmt::format("rtsp://127.0.0.1:{}/live/show", rtspPort.number());
    runFfmpeg({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp", url + "?key=secret"});
    const SentEvents events = backend.waitForEvents("stream:delete");
    const auto last = named(events, "stream:delete").front().data();
    EXPECT_EQ(last->getValue<std::string>("source"), url);
    EXPECT_EQ(last->getObject("video")->getValue<std::string>("codec"), "H264");
    EXPECT_NEAR(last->getObject("video")->getValue<int>("fps"), 25, 13);
    EXPECT_FALSE(named(events, "stream:pulse").empty());
    server.stop();
}

TEST(WebhookEvents, NumbersRiseAcrossRestarts) {
    MockBackend backend;
    SentEvents events;
    for (int i = 1; i <= 3; ++i) {
        HookcastServer server(webhookTo(backend) + defaultVhost());
        startPublisher(server.port(), "show");
        backend.waitForEvents("stream:delete", static_cast<std::size_t>(i));
        server.stop();
    }
    events = backend.events();
    EXPECT_EQ(named(events, "service:down").size(), 3U);
    expectRisingNumbers(events);
}

TEST(WebhookEvents, OnlyTheNamedOnesAreSent) {
    MockBackend backend;
    HookcastServer server(webhookTo(backend, "events service:down stream:delete;") + defaultVhost());
    startPublisher(server.port(), "show");
    server.stop();
    EXPECT_THAT(namesOf(backend.events()), ElementsAre("stream:delete", "service:down"));
}

TEST(WebhookEvents, SeveralWebhooksEachGetTheirs) {
    MockBackend one;
    MockBackend other;
    HookcastServer server(webhookTo(one, "events stream:create stream:delete;") +
                          webhookTo(other, "events stream:delete;") + defaultVhost());
    startPublisher(server.port(), "show");
    server.stop();
    EXPECT_THAT(namesOf(one.events()), ElementsAre("stream:create", "stream:delete"));
    ASSERT_THAT(namesOf(other.events()), ElementsAre("stream:delete"));
    EXPECT_EQ(other.events().front().seq(), one.events().back().seq());
}

TEST(WebhookEvents, SessionsThatTheEndClosesAreToldBeforeIt) {
    MockBackend backend;
    HookcastServer server(webhookTo(backend, "events service:down stream:delete;") + defaultVhost());
    std::vector<std::unique_ptr<RtmpClient>> publishers;
    for (int i = 0; i < 20; ++i) publishers.push_back(startPublisher(server.port(), fmt::format("show{}", i)));
    server.stop();
    const SentEvents events = backend.events();
    EXPECT_EQ(named(events, "stream:delete").size(), 20U);
    EXPECT_EQ(events.back().name(), "service:down");
}

TEST(WebhookEvents, AServerThatCannotListenIsAnEmergency) {
    MockBackend backend;
    const TempFolder folder;
    HookcastServer running(defaultVhost());
    const std::string config = fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_tank console;\npid {};\n{}{}",
                                           running.port(), folder.file("pid"), webhookTo(backend), defaultVhost());
    ChildProcess second({{hookcastProgram(), "-c", folder.write("second.conf", config)}, {}, {}});
    EXPECT_EQ(second.waitForExit().code, 1);
    const SentEvents events = backend.events();
    ASSERT_THAT(namesOf(events), ElementsAre("service:emergency"));
    EXPECT_EQ(shapeOfValue(events[0].data()), "{at:integer,pid:integer,what:string,why:string}");
    EXPECT_EQ(events[0].data()->getValue<std::string>("what"), "listener");
    EXPECT_THAT(events[0].data()->getValue<std::string>("why"), HasSubstr(fmt::format("port {}", running.port())));
}

TEST(WebhookServerJson, Serves) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort port;
    const std::string json = fmt::format(R"({{"cluster":{{"webhook":"{}","events":["service:up","stream:create"]}},)"
                                         "\n\"name\":\"x\"}}",
                                         backend.url("/event/"));
    ChildProcess server({{hookcastProgram(), "-c", folder.write("server.json", json)},
                         {{"SRS_LISTEN", fmt::format("127.0.0.1:{}", port.number())},
                          {"SRS_PID", folder.file("hookcast.pid")},
                          {"SRS_WORK_DIR", folder.path().string()}},
                         {}});
    ASSERT_TRUE(server.output().waitFor("listening for RTMP on")) << server.errors().text();
    startPublisher(port.number(), "show");
    EXPECT_THAT(namesOf(backend.waitForEvents("stream:create")), ElementsAre("service:up", "stream:create"));
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
    EXPECT_THAT(server.errors().text(),
                HasSubstr(folder.file("server.json") + ":2:1: warning: \"name\" has no effect"));
}

} // namespace
} // namespace hookcast::integration
