#include "hooks/Heartbeat.h"

#include "unit/support/HookGate.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using Outcome = HookResponse::Outcome;
using testing::ElementsAre;

constexpr const char* kUrl = "http://backend/servers";

class HeartbeatTest : public ::testing::Test {
  protected:
    HeartbeatTest() {
        config_.heartbeat.enabled = true;
        config_.heartbeat.url = kUrl;
        config_.heartbeat.intervalMs = 1000;
        config_.heartbeat.deviceId = "the \"device\"";
    }
    ~HeartbeatTest() override { heartbeat_->stop(); }

    void begin() { apply(); }

    void apply() {
        current_.replace(std::make_shared<config::Config>(config_));
        heartbeat_->apply();
        gate_.runner.settle();
    }

    std::size_t beats() const { return gate_.transport.requests().size(); }

    Poco::JSON::Object::Ptr body(std::size_t number) const {
        return Poco::JSON::Parser()
            .parse(gate_.transport.requests().at(number).body)
            .extract<Poco::JSON::Object::Ptr>();
    }

    support::HookGate gate_;
    config::Config config_;
    config::CurrentConfig current_{std::make_shared<config::Config>()};
    std::vector<std::function<void(std::string)>> askedForSummaries_; ///< on the loop
    std::shared_ptr<Heartbeat> heartbeat_ = std::make_shared<Heartbeat>(
        current_, gate_.transport, gate_.runner.loop(), gate_.dialect,
        [this](std::function<void(std::string)> onText) { askedForSummaries_.push_back(std::move(onText)); });
};

TEST_F(HeartbeatTest, saysWhoIsAliveWithSrssFields) {
    begin();
    ASSERT_EQ(beats(), 1U);
    const auto request = gate_.transport.requests().front();
    EXPECT_EQ(request.url, kUrl);
    EXPECT_EQ(request.method, config::HttpMethod::Post);
    EXPECT_EQ(request.contentType, "application/json");
    EXPECT_THAT(request.terms->headers, testing::IsEmpty());
    const auto json = body(0);
    EXPECT_THAT(json->getNames(), testing::UnorderedElementsAre("device_id", "ip", "server", "service", "pid"));
    EXPECT_EQ(json->getValue<std::string>("device_id"), "the \"device\"");
    EXPECT_NE(json->getValue<std::string>("ip"), "");
    EXPECT_EQ(json->getValue<std::string>("server"), "vid-server");
    EXPECT_EQ(json->getValue<std::string>("service"), "service1");
    EXPECT_TRUE(json->get("pid").isString());
}

TEST_F(HeartbeatTest, comesAgainAfterEveryInterval) {
    gate_.transport.answerAlways(kUrl, answered(200, "0"));
    begin();
    gate_.pass(999);
    EXPECT_EQ(beats(), 1U);
    gate_.pass(1);
    EXPECT_EQ(beats(), 2U);
    gate_.pass(1000);
    EXPECT_EQ(beats(), 3U);
}

TEST_F(HeartbeatTest, waitsForTheAnswerBeforeItCallsAgain) {
    begin();
    gate_.pass(1000);
    gate_.pass(1000);
    EXPECT_EQ(beats(), 1U) << "the first has no answer yet";
    gate_.transport.answer(0, support::failed(Outcome::TimedOut));
    gate_.runner.settle();
    gate_.pass(1000);
    EXPECT_EQ(beats(), 2U);
}

TEST_F(HeartbeatTest, tellsWhereItListens) {
    config_.heartbeat.ports = true;
    config_.rtmpListen = {{"", 1935, "", {}}, {"::1", 1936, "", {}}};
    config_.rtsp.enabled = true;
    config_.rtsp.listen = {{"127.0.0.1", 554, "", {}}};
    config_.http.listen = {{"", 8080, "", {}}};
    begin();
    const auto json = body(0);
    EXPECT_EQ(json->getArray("rtmp")->getElement<std::string>(0), "1935");
    EXPECT_EQ(json->getArray("rtmp")->getElement<std::string>(1), "[::1]:1936");
    EXPECT_EQ(json->getArray("rtsp")->getElement<std::string>(0), "127.0.0.1:554");
    EXPECT_FALSE(json->has("http")) << "it is off";
}

TEST_F(HeartbeatTest, waitsForTheSummaries) {
    config_.heartbeat.summaries = true;
    begin();
    EXPECT_EQ(beats(), 0U);
    ASSERT_EQ(askedForSummaries_.size(), 1U);
    askedForSummaries_[0](R"({"data":{"ok":true}})");
    gate_.runner.settle();
    ASSERT_EQ(beats(), 1U);
    EXPECT_TRUE(body(0)->getObject("summaries")->getObject("data")->getValue<bool>("ok"));
}

TEST_F(HeartbeatTest, summariesThatComeAfterItWasTurnedOffAreNotSent) {
    config_.heartbeat.summaries = true;
    begin();
    config_.heartbeat.enabled = false;
    apply();
    askedForSummaries_.at(0)("{}");
    gate_.runner.settle();
    EXPECT_EQ(beats(), 0U);
}

TEST_F(HeartbeatTest, bearsItsToken) {
    config_.heartbeat.authenticates = true;
    config_.heartbeat.token = "a-token";
    begin();
    EXPECT_THAT(gate_.transport.requests().at(0).terms->headers,
                testing::ElementsAre(testing::Pair("Authorization", "Bearer a-token")));
}

TEST_F(HeartbeatTest, isCalledUnderItsTermsAndEachBeatHasAnIdOfItsOwn) {
    gate_.transport.answerAlways(kUrl, answered(200, "0"));
    config_.heartbeat.authenticates = true;
    config_.heartbeat.token = "a-token";
    config_.heartbeat.calls.headers.emplace_back("X-Site", "north");
    config_.heartbeat.calls.secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    config_.heartbeat.calls.userAgent = "me";
    begin();
    gate_.pass(1000);
    const auto requests = gate_.transport.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_THAT(requests[0].terms->headers,
                ElementsAre(testing::Pair("X-Site", "north"), testing::Pair("Authorization", "Bearer a-token")));
    EXPECT_EQ(requests[0].terms->secrets, config_.heartbeat.calls.secrets);
    EXPECT_EQ(requests[0].terms->userAgent, "me");
    EXPECT_FALSE(requests[0].id.empty());
    EXPECT_NE(requests[0].id, requests[1].id);
}

TEST_F(HeartbeatTest, aReloadTurnsItOffAndOn) {
    gate_.transport.answerAlways(kUrl, answered(200, "0"));
    begin();
    config_.heartbeat.enabled = false;
    apply();
    gate_.pass(5000);
    EXPECT_EQ(beats(), 1U);
    config_.heartbeat.enabled = true;
    apply();
    EXPECT_EQ(beats(), 2U);
}

TEST_F(HeartbeatTest, aReloadThatLeavesItAsItIsDoesNotDisturbIt) {
    gate_.transport.answerAlways(kUrl, answered(200, "0"));
    begin();
    gate_.pass(500);
    config_.maxConnections = 7;
    apply();
    EXPECT_EQ(beats(), 1U);
    gate_.pass(500);
    EXPECT_EQ(beats(), 2U);
}

TEST_F(HeartbeatTest, aReloadChangesUrlAndInterval) {
    gate_.transport.answerAlways(kUrl, answered(200, "0"));
    gate_.transport.answerAlways("http://other", answered(200, "0"));
    begin();
    config_.heartbeat.url = "http://other";
    config_.heartbeat.intervalMs = 100;
    apply();
    gate_.pass(100);
    EXPECT_THAT(gate_.transport.urls(), ElementsAre(kUrl, "http://other", "http://other"));
}

TEST_F(HeartbeatTest, afterItsEndNothingIsSent) {
    gate_.transport.answerAlways(kUrl, answered(200, "0"));
    begin();
    heartbeat_->stop();
    gate_.pass(5000);
    EXPECT_EQ(beats(), 1U);
}

} // namespace
} // namespace hookcast::hooks
