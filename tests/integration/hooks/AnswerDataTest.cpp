// What an answer says beside yes: with real clients of every protocol, and a real backend.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/Recordings.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A rule of the backend's: of these clients' `event`, this data.
std::string rule(const std::string& event, const std::string& stream, const std::string& data) {
    return fmt::format(R"({{"match":{{"action":"{}","stream":"{}"}},"reply":{{"data":{}}}}})", event, stream, data);
}

/// A client of any protocol that asks for `key`, and gets another stream.
class RenamedClient : public testing::TestWithParam<std::tuple<Protocol, Role>> {
  protected:
    RenamedClient() : protocol_(std::get<0>(GetParam())), publishes_(std::get<1>(GetParam()) == Role::Publish) {
        backend_.addRule(rule("on_publish", "key", R"({"stream":"new"})"));
        backend_.addRule(rule("on_play", "key", R"({"stream":"source"})"));
    }

    std::string name() const { return publishes_ ? "new" : "source"; }

    void expectFits(const HookCall& call) const {
        EXPECT_THAT(document_.webhookMisfits(call.action(), Poco::Dynamic::Var(call.body)), IsEmpty()) << call.rawBody;
    }

    Protocol protocol_;
    bool publishes_;
    MockBackend backend_;
    ProtocolServer server_{hooksTo(backend_, "answer_data on;") + notifyTo(backend_)};
    OpenApi document_{HOOKCAST_SOURCE_DIR "/trunk/doc/openapi-hooks.json"};
};

TEST_P(RenamedClient, IsThereUnderItsOtherNameAndTheBackendIsToldBoth) {
    RtspPublisher source(server_.server().rtspPort(), "live/source");
    source.send(true, 0);
    source.sync();
    const auto witness = startPlayer(server_.server().port(), name());
    const auto client = makeClient(server_, protocol_, {std::get<1>(GetParam()), "live/key?token=1"});
    client->connect();
    client->ask();
    client->expectAdmission();
    server_.server().waitForLog(publishes_ ? "publishes __defaultVhost__/live/new"
                                           : "plays __defaultVhost__/live/source");
    if (!publishes_) source.send(true, 40);
    client->passMedia();
    witness->expectMedia(1);
    client->leave();
    const HookCall asked =
        publishes_ ? backend_.waitForCall("on_publish", 2) : withAction(backend_.calls(), "on_play").back();
    EXPECT_EQ(asked.text("stream"), "key") << "it is asked about by the name that the client has";
    EXPECT_FALSE(asked.has("asked_stream"));
    const HookCall ended = backend_.waitForCall(publishes_ ? "on_unpublish" : "on_stop");
    EXPECT_EQ(ended.text("stream"), name());
    EXPECT_EQ(ended.text("asked_stream"), "key");
    EXPECT_EQ(ended.text("stream_url"), "/live/" + name());
    EXPECT_EQ(ended.text("param"), "?token=1");
    EXPECT_EQ(ended.number("client_id"), asked.number("client_id"));
    expectFits(ended);
    const HookCall done = backend_.waitForCall("notify done");
    EXPECT_EQ(done.text("name"), name());
    EXPECT_EQ(done.text("asked_name"), "key");
    expectFits(done);
}

INSTANTIATE_TEST_SUITE_P(AnswerData, RenamedClient, testing::ValuesIn(allClients()), [](const auto& test) {
    std::ostringstream name;
    name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
    return name.str();
});

/// A client of any protocol whose time is over.
class LimitedClient : public testing::TestWithParam<std::tuple<Protocol, Role>> {};

TEST_P(LimitedClient, IsEndedWhenItsTimeIsOver) {
    const auto [protocol, role] = GetParam();
    const bool publishes = role == Role::Publish;
    MockBackend backend;
    backend.addRule(R"({"match":{"stream":"key"},"reply":{"data":{"max_duration":0.5}}})");
    ProtocolServer server(hooksTo(backend, "answer_data on;"));
    std::optional<RtspPublisher> source;
    if (!publishes) {
        backend.removeRules();
        backend.addRule(R"({"match":{"stream":"key","action":"on_play"},"reply":{"data":{"max_duration":0.5}}})");
        source.emplace(server.server().rtspPort(), "live/key");
        source->send(true, 0);
        source->sync();
    }
    const auto client = makeClient(server, protocol, {role, "live/key"});
    client->connect();
    try {
        client->ask();
        client->expectAdmission();
    } catch (const std::runtime_error&) { // its time is over already
    }
    const HookCall ended = backend.waitForCall(publishes ? "on_unpublish" : "on_stop");
    EXPECT_EQ(ended.text("reason"), "max_duration");
    EXPECT_GE(ended.body->getValue<double>("duration"), 0.5);
    server.server().waitForLog("closed: max_duration");
}

INSTANTIATE_TEST_SUITE_P(AnswerData, LimitedClient, testing::ValuesIn(allClients()), [](const auto& test) {
    std::ostringstream name;
    name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
    return name.str();
});

class AnswerData : public testing::Test {
  protected:
    void start(std::string_view hooks = "answer_data on;", std::string_view vhost = "") {
        server_ = std::make_unique<HookcastServer>(
            fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", port_.number()) +
            defaultVhost(hooksTo(backend_, hooks) + std::string(vhost)));
    }

    std::unique_ptr<RtmpClient> client() {
        auto client = connectClient(server_->port());
        client->createStream();
        return client;
    }

    FreePort port_;
    ApiClient api_{port_.number()};
    MockBackend backend_;
    std::unique_ptr<HookcastServer> server_;
};

TEST_F(AnswerData, AnotherNameThatIsTakenIsRefusedAsBusyAndEndsOnce) {
    for (const char* key : {"one", "two"}) backend_.addRule(rule("on_publish", key, R"({"stream":"show"})"));
    start();
    const auto first = client();
    ASSERT_EQ(first->publish("one").level, "status");
    const auto second = client();
    const Status refusal = second->publish("two");
    EXPECT_EQ(refusal.code, "NetStream.Publish.BadName");
    EXPECT_THAT(refusal.description, Not(HasSubstr("show"))) << "what the backend says is not the client's";
    second->expectClosed();
    const HookCall ended = backend_.waitForCall("on_unpublish");
    EXPECT_EQ(ended.text("stream"), "two");
    EXPECT_FALSE(ended.has("asked_stream"));
    EXPECT_THAT(server_->waitForLog("cause=busy"), HasSubstr("__defaultVhost__/live/show"));
    backend_.waitForCall("on_close");
    EXPECT_EQ(withAction(backend_.calls(), "on_unpublish").size(), 1U);
    first->ping();
}

/// Of many who get one name, one has it.
TEST_F(AnswerData, OfManyWhoGetOneNameAtOnceOneHasIt) {
    constexpr int kClients = 20;
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"data":{"stream":"show"},"delay_ms":200}})");
    start();
    std::vector<std::unique_ptr<RtmpClient>> all;
    for (int i = 0; i < kClients; ++i) {
        all.push_back(client());
        all.back()->sendCommand(
            "publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("key" + std::to_string(i)), rtmp::Amf::string("live")},
            1);
    }
    int in = 0;
    for (const auto& one : all) in += one->expectStatus().code == "NetStream.Publish.Start" ? 1 : 0;
    EXPECT_EQ(in, 1);
    backend_.waitForCall("on_unpublish", kClients - 1);
    const Poco::JSON::Array::Ptr streams = api_.get("/api/v1/streams")->getArray("streams");
    ASSERT_EQ(streams->size(), 1U);
    EXPECT_EQ(streams->getObject(0)->getValue<std::string>("name"), "show");
}

/// The old server's clients say what they have published by the name that they have.
TEST_F(AnswerData, FcUnpublishNamesTheStreamAsTheClientHasIt) {
    backend_.addRule(rule("on_publish", "key", R"({"stream":"show"})"));
    start();
    const auto publisher = client();
    ASSERT_EQ(publisher->publish("key").level, "status");
    publisher->sendCommand("FCUnpublish", 8, {rtmp::Amf::null(), rtmp::Amf::string("show")}, 0);
    publisher->ping();
    EXPECT_EQ(withAction(backend_.calls(), "on_unpublish").size(), 0U) << "that is another stream";
    publisher->sendCommand("FCUnpublish", 9, {rtmp::Amf::null(), rtmp::Amf::string("key")}, 0);
    EXPECT_EQ(backend_.waitForCall("on_unpublish").text("stream"), "show");
}

TEST_F(AnswerData, WhoSendsMoreThanItMayIsEnded) {
    backend_.addRule(rule("on_publish", "key", R"({"max_kbps":8})"));
    start("answer_data on;", "publish { normal_timeout 600000; }");
    const auto publisher = client();
    ASSERT_EQ(publisher->publish("key").level, "status");
    for (std::uint32_t i = 0; i < 100; ++i) publisher->send(avcKeyframe(i, 1000));
    EXPECT_EQ(backend_.waitForCall("on_unpublish").text("reason"), "max_kbps");
}

TEST_F(AnswerData, SaysWhetherAPublicationIsRecorded) {
    const TempFolder folder;
    backend_.addRule(rule("on_publish", "recorded", R"({"dvr":true})"));
    start("answer_data on; on_dvr " + backend_.url("/api/v1/dvrs") + ";",
          fmt::format("dvr {{ enabled off; dvr_path {}; }}", folder.file("[stream].flv")));
    for (const char* name : {"plain", "recorded"}) {
        const auto publisher = client();
        ASSERT_EQ(publisher->publish(name).level, "status");
        for (std::uint32_t i = 0; i < 5; ++i) publisher->send(avcKeyframe(i * 40));
        publisher->sync();
    }
    EXPECT_EQ(backend_.waitForCall("on_dvr").text("stream"), "recorded");
    EXPECT_THAT(filesIn(folder), testing::ElementsAre(folder.file("recorded.flv")));
}

TEST_F(AnswerData, SaysThatAPublicationIsNotRecordedAndUnderWhichNameOneIs) {
    const TempFolder folder;
    backend_.addRule(rule("on_publish", "secret", R"({"dvr":false})"));
    backend_.addRule(rule("on_publish", "key", R"({"stream":"show"})"));
    start("answer_data on; on_dvr " + backend_.url("/api/v1/dvrs") + ";", dvr(folder.file("[stream].flv")));
    for (const char* name : {"secret", "key"}) {
        const auto publisher = client();
        ASSERT_EQ(publisher->publish(name).level, "status");
        for (std::uint32_t i = 0; i < 5; ++i) publisher->send(avcKeyframe(i * 40));
        publisher->sync();
    }
    const HookCall recorded = backend_.waitForCall("on_dvr");
    EXPECT_EQ(recorded.text("stream"), "show");
    EXPECT_EQ(recorded.text("asked_stream"), "key");
    EXPECT_THAT(filesIn(folder), testing::ElementsAre(folder.file("show.flv")));
}

TEST_F(AnswerData, WhatCannotBeSoIsPassedOverAndAnAnswerThatIsTooLongRefuses) {
    backend_.addRule(
        rule("on_publish", "odd", R"({"stream":"../up","max_duration":"1","max_kbps":-1,"dvr":7,"x":[]})"));
    backend_.addRule(rule("on_publish", "long", fmt::format(R"({{"stream":"{}"}})", std::string(64 * 1024, 'a'))));
    start();
    const auto odd = client();
    EXPECT_EQ(odd->publish("odd").level, "status");
    server_->waitForLog("publishes __defaultVhost__/live/odd");
    for (const char* member : {"stream", "max_duration", "max_kbps", "dvr"})
        server_->waitForLog(fmt::format("passed_over=\"{} is ", member));
    const auto refused = client();
    const Status status = refused->publish("long");
    EXPECT_EQ(status.code, "NetStream.Publish.Denied");
    EXPECT_THAT(status.description, Not(HasSubstr("aaa")));
    server_->waitForLog("cause=long_answer");
}

/// The next server tells the end under the name that was open.
TEST_F(AnswerData, OfAServerThatIsKilledTheEndHasBothNames) {
    const TempFolder spool;
    backend_.addRule(rule("on_publish", "key", R"({"stream":"show"})"));
    const std::string config = fmt::format("spool {{ path {}; }}\n{}", spool.path().string(),
                                           defaultVhost(hooksTo(backend_, "answer_data on;")));
    auto server = std::make_unique<HookcastServer>(config);
    const auto publisher = startPublisher(server->port(), "key");
    server->waitForLog("publishes __defaultVhost__/live/show");
    server->signal(SIGKILL);
    server.reset();
    server = std::make_unique<HookcastServer>(config);
    const HookCall ended = backend_.waitForCall("on_unpublish");
    EXPECT_EQ(ended.text("reason"), "server_restart");
    EXPECT_EQ(ended.text("stream"), "show");
    EXPECT_EQ(ended.text("asked_stream"), "key");
    backend_.waitForCall("on_close");
    server->stop();
    EXPECT_EQ(withAction(backend_.calls(), "on_unpublish").size(), 1U);
}

} // namespace
} // namespace hookcast::integration
