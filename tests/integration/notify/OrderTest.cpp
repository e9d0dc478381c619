#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> targetsOf(const HookCalls& calls) {
    std::vector<std::string> targets;
    for (const HookCall& call : calls) targets.push_back(call.path + (call.query.empty() ? "" : "?" + call.query));
    return targets;
}

/// A client that has asked to publish `stream` and not waited for the verdict.
std::unique_ptr<RtmpClient> pendingPublish(const HookcastServer& server, const std::string& stream) {
    auto client = connectClient(server.port());
    client->createStream();
    client->sendCommand("publish", client->nextTransaction(),
                        {rtmp::Amf::null(), rtmp::Amf::string(stream), rtmp::Amf::string("live")}, 1);
    return client;
}

TEST(NotifyOrder, OneSessionTellsItsStory) {
    MockBackend backend;
    HookcastServer server(defaultVhost(notifyTo(backend)));
    startPublisher(server.port(), "show");
    backend.waitForCall("notify done");
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify publish", "notify done"))
        << "the end of a connection is not an event";
}

TEST(NotifyOrder, SeveralUrlsAreAskedOneAfterAnother) {
    MockBackend backend;
    // If they were asked at once, the first would be answered last.
    backend.addRule(R"({"match":{"query":"n=1"},"reply":{"delay_ms":200}})");
    const std::string publish = backend.url("/notify/publish");
    const std::string done = backend.url("/notify/done");
    HookcastServer server(defaultVhost(fmt::format("http_notify {{ enabled on; on_publish {0}?n=1 {0}?n=2 {0}?n=3; "
                                                   "on_done {1}?n=4 {1}?n=5; }}",
                                                   publish, done)));
    startPublisher(server.port(), "show");
    backend.waitForCall("notify done", 2);
    server.stop();
    EXPECT_THAT(targetsOf(backend.calls()), ElementsAre("/notify/publish?n=1", "/notify/publish?n=2",
                                                        "/notify/publish?n=3", "/notify/done?n=4", "/notify/done?n=5"));
    EXPECT_GE(backend.calls()[1].monotonicMs - backend.calls()[0].monotonicMs, 200);
}

TEST(NotifyOrder, BlocksAreAskedInTheOrderOfTheFile) {
    MockBackend backend;
    const auto block = [&](int number) {
        return fmt::format("http_notify {{ enabled on; on_play {}?b={}; on_done {}?b={}; }}\n",
                           backend.url("/notify/play"), number, backend.url("/notify/done"), number);
    };
    HookcastServer server(defaultVhost(block(1) + block(2) + block(3)));
    startPlayer(server.port(), "show");
    backend.waitForCall("notify done", 3);
    server.stop();
    EXPECT_THAT(targetsOf(backend.calls()), ElementsAre("/notify/play?b=1", "/notify/play?b=2", "/notify/play?b=3",
                                                        "/notify/done?b=1", "/notify/done?b=2", "/notify/done?b=3"));
}

TEST(NotifyOrder, ABlockOfOtherProtocolsIsNotAsked) {
    MockBackend backend;
    HookcastServer server(defaultVhost(notifyTo(backend, "protocols rtsp srt httpflv;")));
    startPublisher(server.port(), "show");
    server.stop();
    EXPECT_THAT(backend.calls(), IsEmpty());
}

TEST(NotifyOrder, ADisabledBlockIsNotAsked) {
    MockBackend backend;
    HookcastServer server(
        defaultVhost(fmt::format("http_notify {{ enabled off; on_publish {}; }}", backend.url("/notify/publish"))));
    startPublisher(server.port(), "show");
    server.stop();
    EXPECT_THAT(backend.calls(), IsEmpty());
}

/// Both in one vhost, the notify block first in the file.
class BothDialects : public testing::Test {
  protected:
    MockBackend backend_;
};

TEST_F(BothDialects, AreAskedJsonFirstAndToldOfTheEnd) {
    HookcastServer server(defaultVhost(notifyTo(backend_) + hooksTo(backend_)));
    startPublisher(server.port(), "show");
    backend_.waitForCall("on_close");
    startPlayer(server.port(), "show");
    backend_.waitForCall("on_close", 2);
    server.stop();
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "notify connect", "on_publish", "notify publish",
                                                         "on_unpublish", "notify done", "on_close", //
                                                         "on_connect", "notify connect", "on_play", "notify play",
                                                         "on_stop", "notify done", "on_close"));
    EXPECT_EQ(backend_.waitForCall("on_publish").number("client_id"),
              std::stoi(backend_.waitForCall("notify publish").text("clientid")));
}

TEST_F(BothDialects, WhereTheJsonHooksRefuseNoFormIsAsked) {
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"body":"1"}})");
    HookcastServer server(defaultVhost(notifyTo(backend_) + hooksTo(backend_)));
    Applicant applicant(server, "on_publish");
    EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_publish"));
    applicant.client().expectClosed();
    server.stop();
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "notify connect", "on_publish", "on_close"));
}

TEST_F(BothDialects, WhereAFormIsRefusedTheJsonHooksLearnOfTheEnd) {
    for (const std::string opening : {"publish", "play"}) {
        MockBackend backend;
        backend.addRule(fmt::format(R"({{"match":{{"call":"{}"}},"reply":{{"status":403}}}})", opening));
        HookcastServer server(defaultVhost(notifyTo(backend) + hooksTo(backend)));
        Applicant applicant(server, "on_" + opening);
        EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_" + opening));
        applicant.client().expectClosed();
        server.stop();
        EXPECT_THAT(actionsOf(backend.calls()),
                    ElementsAre("on_connect", "notify connect", "on_" + opening, "notify " + opening,
                                closingOf("on_" + opening), "on_close"));
    }
}

TEST_F(BothDialects, WhereTheSecondFormIsRefusedTheFirstIsDone) {
    backend_.addRule(R"({"match":{"query":"b=2"},"reply":{"status":403}})");
    const auto block = [&](int number) {
        return fmt::format("http_notify {{ enabled on; on_publish {}?b={}; on_done {}?b={}; }}\n",
                           backend_.url("/notify/publish"), number, backend_.url("/notify/done"), number);
    };
    // The third is never asked; the fourth asks nothing, and hears of every end.
    HookcastServer server(
        defaultVhost(block(1) + block(2) + block(3) +
                     fmt::format("http_notify {{ enabled on; on_done {}?b=4; }}", backend_.url("/notify/done"))));
    Applicant applicant(server, "on_publish");
    EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_publish"));
    applicant.client().expectClosed();
    server.stop();
    EXPECT_THAT(targetsOf(backend_.calls()),
                ElementsAre("/notify/publish?b=1", "/notify/publish?b=2", "/notify/done?b=1", "/notify/done?b=4"));
}

TEST(NotifyWaiting, AClientWaitsForItsAnswer) {
    MockBackend backend;
    backend.addRule(R"({"match":{"call":"publish"},"reply":{"delay_ms":300}})");
    HookcastServer server(defaultVhost(notifyTo(backend)));
    const auto publisher = pendingPublish(server, "show");
    const HookCall asked = backend.waitForCall("notify publish");
    EXPECT_EQ(server.log().count("hook on_publish"), 0U) << "it waits";
    EXPECT_EQ(publisher->expectStatus().code, "NetStream.Publish.Start");
    EXPECT_EQ(asked.answerStatus, 200);
    server.stop();
}

TEST(NotifyWaiting, OtherClientsDoNot) {
    MockBackend backend;
    backend.addRule(R"({"match":{"call":"publish","name":"slow*"},"reply":{"delay_ms":600000}})");
    // One loop: whoever waits must not hold it.
    HookcastServer server("loops 1;\nlimits { hook_drain 0; }\n" + defaultVhost(notifyTo(backend)));
    std::vector<std::unique_ptr<RtmpClient>> waiting;
    for (int i = 0; i < 50; ++i) waiting.push_back(pendingPublish(server, fmt::format("slow{}", i)));
    backend.waitForCall("notify publish", waiting.size());

    const auto publisher = startPublisher(server.port(), "show");
    const auto player = startPlayer(server.port(), "show");
    publisher->send(avcKeyframe(0));
    player->expectMedia(1);
    EXPECT_THAT(server.closedLines(), IsEmpty());
    server.stop();
}

TEST(NotifyWaiting, AClientThatLeavesMeanwhileIsDoneWhenTheAnswerIsYes) {
    MockBackend backend;
    backend.addRule(R"({"match":{"call":"publish"},"reply":{"delay_ms":300}})");
    HookcastServer server(defaultVhost(notifyTo(backend)));
    {
        const auto publisher = pendingPublish(server, "show");
        backend.waitForCall("notify publish");
    }
    EXPECT_EQ(backend.waitForCall("notify done").text("name"), "show");
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify publish", "notify done"));
}

} // namespace
} // namespace hookcast::integration
