#include "visits/Visit.h"

#include "config/CurrentConfig.h"
#include "unit/hub/MockSubscriber.h"
#include "unit/hub/TextFormat.h"
#include "unit/support/HookGate.h"
#include "unit/visits/TestVisitor.h"
#include "visits/ClientCensus.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::visits {
namespace {

using support::HookGate;
using Urls = std::vector<std::string>;

/// One client of a vhost whose backends say yes to all.
class VisitTest : public ::testing::Test {
  protected:
    VisitTest() {
        for (const char* url : {"http://a/connect", "http://a/close", "http://a/publish", "http://a/unpublish",
                                "http://a/play", "http://a/stop"})
            gate_.transport.answerAlways(url, support::yes());
        vhost_->name = "a";
        vhost_->hooks.enabled = true;
        vhost_->hooks.onConnect = {"http://a/connect"};
        vhost_->hooks.onClose = {"http://a/close"};
        vhost_->hooks.onPublish = {"http://a/publish"};
        vhost_->hooks.onUnpublish = {"http://a/unpublish"};
        vhost_->hooks.onPlay = {"http://a/play"};
        vhost_->hooks.onStop = {"http://a/stop"};
    }
    ~VisitTest() override {
        gate_.runner.run([this] { visits_.clear(); });
        gate_.runner.settle();
    }

    /// A further client, connected.
    Visit& enter(TestVisitor& visitor) {
        const std::uint64_t number = ++number_;
        gate_.runner.run([&] {
            visits_.push_back(std::make_unique<Visit>(
                services_, gate_.runner.loop(),
                Caller{number, "x-" + std::to_string(number), config::Protocol::Rtmp, "192.0.2.1"}, visitor));
            Place place;
            place.app = "live";
            visits_.back()->connect(vhost_, place, answer());
        });
        EXPECT_EQ(answered(), "yes");
        return *visits_.back();
    }

    Visit::OnAnswer answer() {
        return [this](const std::optional<Refusal>& refusal) {
            answer_ = refusal ? (refusal->cause == Refusal::Cause::NameTaken ? "taken: " : "no: ") + refusal->reason
                              : std::string("yes");
            said_.happen();
        };
    }

    std::string answered() {
        EXPECT_TRUE(said_.wait(++asked_));
        return gate_.runner.run([this] { return std::exchange(answer_, ""); });
    }

    std::string publish(Visit& visit, const std::string& name = "cam") {
        gate_.runner.run([&] { visit.publish({"", name, "", ""}, {}, answer()); });
        return answered();
    }

    std::string askToPlay(Visit& visit, const std::string& name = "cam") {
        gate_.runner.run([&] { visit.askToPlay({"", name, "", ""}, answer()); });
        return answered();
    }

    /// What the backends have been asked and told, in order.
    Urls told() {
        gate_.runner.settle();
        return gate_.transport.urls();
    }

    HookGate gate_;
    std::shared_ptr<config::VhostConfig> vhost_ = std::make_shared<config::VhostConfig>();
    hub::StreamRegistry streams_{64 * 1024 * 1024, 4096};
    ClientBook clients_;
    ClientNumbers numbers_;
    config::CurrentConfig current_{std::make_shared<const config::Config>()};
    Services services_{gate_.admission, streams_, clients_, gate_.log, numbers_, current_};
    std::uint64_t number_ = 0;
    TestVisitor visitor_;
    TestVisitor other_;
    hub::TextFormat format_;
    std::vector<std::unique_ptr<Visit>> visits_;
    std::string answer_;
    support::LoopEvent said_{gate_.runner};
    std::size_t asked_ = 0;
};

TEST_F(VisitTest, APublisherIsToldOfWhatIsOpenAndExpected) {
    Visit& visit = enter(visitor_);
    EXPECT_EQ(publish(visit), "yes");
    gate_.runner.run([&] {
        EXPECT_NE(visit.publication(), nullptr);
        EXPECT_EQ(visitor_.admitted, std::vector<bool>{true});
        EXPECT_NE(visitor_.expected.find("firstpkt_timeout"), std::string::npos);
        EXPECT_EQ(visitor_.expectedWithinMs, vhost_->publish.firstPacketTimeoutMs);
        visit.noteMedia();
        EXPECT_NE(visitor_.expected.find("normal_timeout"), std::string::npos);
    });
    EXPECT_EQ(visitor_.suspensions, 2) << "for each verdict";
    EXPECT_EQ(clients_.size(), 1U);
}

TEST_F(VisitTest, EndsInTheOrderThatBackendsExpect) {
    Visit& visit = enter(visitor_);
    publish(visit);
    gate_.runner.run([&] { visit.close("left"); });
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/publish", "http://a/unpublish", "http://a/close"}));
    EXPECT_EQ(visitor_.admitted, (std::vector<bool>{true, false}));
    EXPECT_EQ(clients_.size(), 0U);
    gate_.runner.run([&] { visit.close("again"); });
    EXPECT_EQ(told().size(), 4U) << "once";
}

TEST_F(VisitTest, ATakenNameIsNotAskedAbout) {
    publish(enter(visitor_));
    EXPECT_EQ(publish(enter(other_)), "taken: somebody publishes this stream already");
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/publish", "http://a/connect"}));
}

TEST_F(VisitTest, ANameIsNotTakenForWhoIsDenied) {
    Visit& visit = enter(visitor_);
    gate_.runner.run([&] {
        vhost_->security.enabled = true;
        vhost_->security.deny = {{config::StreamUse::Publish, base::IpNetwork::parse("all").take()}};
        visit.publish({"", "cam", "", ""}, {}, answer());
        EXPECT_FALSE(streams_.isTaken({"a", "live", "cam"}));
    });
    EXPECT_EQ(answered().substr(0, 4), "no: ");
}

TEST_F(VisitTest, WhoHasPermissionAndDoesNotPlayIsAPlayerAllTheSame) {
    Visit& visit = enter(visitor_);
    EXPECT_EQ(askToPlay(visit), "yes");
    gate_.runner.run([&] { EXPECT_EQ(visit.playback(), nullptr); });
    EXPECT_EQ(clients_.size(), 1U);
    gate_.runner.run([&] { visit.endStream("enough"); });
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/play", "http://a/stop"}));
    EXPECT_EQ(clients_.size(), 0U);
}

TEST_F(VisitTest, PlaysOneStreamAfterTheOther) {
    Visit& visit = enter(visitor_);
    testing::NiceMock<support::MockSubscriber> subscriber;
    for (const char* name : {"one", "two"}) {
        EXPECT_EQ(askToPlay(visit, name), "yes");
        gate_.runner.run([&] {
            visit.play(format_, subscriber);
            EXPECT_EQ(visit.playback()->ticket().key().stream, name);
            EXPECT_TRUE(visit.stopPlaying("enough").empty());
            EXPECT_EQ(visit.playback(), nullptr);
        });
    }
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/play", "http://a/stop", "http://a/play", "http://a/stop"}));
}

TEST_F(VisitTest, CountsFromTheYesOn) {
    visitor_.now = {1000, 2000};
    Visit& visit = enter(visitor_);
    publish(visit);
    gate_.runner.run([&] {
        visitor_.now = {1010, 2300};
        visit.endStream("enough");
    });
    EXPECT_EQ(told().back(), "http://a/unpublish");
    EXPECT_THAT(gate_.transport.requests().back().body, testing::HasSubstr(R"("send_bytes":10,"recv_bytes":300)"));
}

/// Nobody else would end one who waits for ever.
TEST_F(VisitTest, ASessionThatThrowsAtItsVerdictIsEnded) {
    const auto fail = [](const std::optional<Refusal>&) { throw std::runtime_error("no memory for the answer"); };
    constexpr const char* kBroken = "internal error: no memory for the answer";
    Visit& visit = enter(visitor_);
    gate_.runner.run([&] { visit.askToPlay({"", "cam", "", ""}, fail); });
    gate_.runner.settle();
    EXPECT_EQ(visitor_.endedBy, kBroken);
    gate_.runner.run([&] { visit.endStream("enough"); });
    EXPECT_EQ(told().back(), "http://a/stop") << "who has been let in has left";
    gate_.runner.run([&] {
        visitor_.endedBy.clear();
        visit.publish({"", "cam", "", ""}, {}, fail);
    });
    gate_.runner.settle();
    EXPECT_EQ(visitor_.endedBy, kBroken);
    gate_.runner.run([&] { visit.close("left"); });
    gate_.runner.run([&] {
        vhost_->security.enabled = true;
        vhost_->security.deny = {{config::StreamUse::Play, base::IpNetwork::parse("all").take()}};
        visitor_.endedBy.clear();
        Place place;
        place.use = config::StreamUse::Play;
        visit.connect(vhost_, place, [](const std::optional<Refusal>&) { throw 42; });
    });
    gate_.runner.settle();
    EXPECT_EQ(visitor_.endedBy, "internal error");
}

TEST_F(VisitTest, AVerdictDoesNotReachWhoHasLeft) {
    Visit& visit = enter(visitor_);
    gate_.runner.run([&] {
        visit.publish({"", "cam", "", ""}, {}, answer());
        visit.close("left");
        EXPECT_FALSE(streams_.isTaken({"a", "live", "cam"}));
    });
    gate_.runner.settle();
    EXPECT_EQ(said_.times(), asked_);
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/close"}));
}

TEST_F(VisitTest, ATakeoverEndsThePredecessorFirst) {
    vhost_->publish.takeover.policy = config::TakeoverConfig::Policy::On;
    Visit& first = enter(visitor_);
    publish(first);
    Visit& second = enter(other_);
    gate_.runner.run([&] { second.publish({"", "cam", "", ""}, {}, answer()); });
    gate_.runner.settle();
    gate_.runner.settle();
    EXPECT_EQ(visitor_.evictedBy, "another publisher has taken the stream over");
    gate_.runner.run([&] {
        EXPECT_EQ(second.publication(), nullptr);
        first.close("taken over");
    });
    EXPECT_EQ(answered(), "yes");
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/publish", "http://a/connect", "http://a/publish",
                            "http://a/unpublish", "http://a/close"}));
}

TEST_F(VisitTest, AnotherVhostHearsOfTheClientThatMoves) {
    Visit& visit = enter(visitor_);
    auto other = std::make_shared<config::VhostConfig>(*vhost_);
    other->name = "b";
    gate_.runner.run([&] { visit.moveTo(other, config::StreamUse::Play, answer()); });
    EXPECT_EQ(answered(), "yes");
    EXPECT_EQ(visit.vhostName(), "b");
    EXPECT_EQ(told(), (Urls{"http://a/connect", "http://a/close", "http://a/connect"}));
}

class VisitStateTest : public VisitTest {
  protected:
    /// As somebody on another loop gets it; nothing when the client is not here.
    std::optional<ClientState> ask(const std::string& id) {
        std::optional<ClientState> got;
        support::LoopEvent done(gate_.runner);
        lookAt(clients_.findGuest(id), [&](std::optional<ClientState> state) {
            got = std::move(state);
            done.happen();
        });
        EXPECT_TRUE(done.wait());
        return got;
    }

    Waiting waiting(const std::string& id) { return ask(id)->waiting; }
};

TEST_F(VisitStateTest, SaysWhatHasToHappenBeforeAPublisherGetsFurther) {
    Visit& visit = enter(visitor_);
    EXPECT_EQ(waiting("1").what, WaitsFor::Nothing);
    EXPECT_TRUE(ask("1")->isConnected);
    vhost_->hooks.onPublish = {"http://a/slow"};
    const std::size_t call = gate_.transport.urls().size();
    gate_.runner.run([&] { visit.publish({"", "cam", "", ""}, {}, answer()); });
    gate_.clock.advanceMs(70);
    const ClientState asked = *ask("x-1");
    EXPECT_EQ(asked.waiting.what, WaitsFor::Verdict);
    EXPECT_EQ(asked.waiting.hook, hooks::HookAction::Publish);
    EXPECT_EQ(asked.nowMs - asked.waiting.sinceMs, 70);
    EXPECT_EQ(asked.waiting.untilMs, 0) << "no deadline runs for one who waits for his verdict";
    EXPECT_FALSE(asked.opening.has_value());
    EXPECT_TRUE(ask(asked.id).has_value()) << "by its string id, too";

    Visit& other = enter(other_);
    vhost_->publish.claimTimeoutMs = 500;
    gate_.runner.run([&] { other.publish({"", "cam", "", ""}, {}, answer()); });
    EXPECT_EQ(waiting("2").what, WaitsFor::Turn);
    EXPECT_EQ(waiting("2").untilMs - waiting("2").sinceMs, 500);
    gate_.runner.run([&] { other.close("left"); });
    EXPECT_EQ(waiting("2").what, WaitsFor::Nothing);

    ASSERT_TRUE(gate_.transport.waitForCalls(call + 1));
    gate_.transport.answer(call, support::yes());
    EXPECT_EQ(answered(), "yes");
    const ClientState publishes = *ask("1");
    EXPECT_EQ(publishes.waiting.what, WaitsFor::FirstMedia);
    EXPECT_EQ(publishes.waiting.untilMs - publishes.waiting.sinceMs, vhost_->publish.firstPacketTimeoutMs);
    EXPECT_EQ(publishes.opening->action(), hooks::HookAction::Publish);
    gate_.runner.run([&] { visit.noteMedia(); });
    EXPECT_EQ(waiting("1").what, WaitsFor::Media);
    EXPECT_EQ(waiting("1").otherwise, visitor_.expected);
}

TEST_F(VisitStateTest, SaysWhichStreamAPlayerWaitsForAndHowItKeepsUp) {
    Visit& visit = enter(visitor_);
    askToPlay(visit);
    gate_.runner.run([&] {
        visit.awaitStream(
            {"", "cam", "", ""}, 900, [](const hub::StreamHeaders&) { return true; }, [](const auto&) {});
    });
    ClientState state = *ask("1");
    EXPECT_EQ(state.waiting.what, WaitsFor::Stream);
    EXPECT_EQ(state.awaitedStream, "a/live/cam");
    EXPECT_EQ(state.waiting.untilMs - state.waiting.sinceMs, 900);
    EXPECT_FALSE(state.player.has_value());
    testing::NiceMock<support::MockSubscriber> subscriber;
    gate_.runner.run([&] { visit.play(format_, subscriber, {}, " over carrier pigeon"); });
    state = *ask("1");
    EXPECT_EQ(state.waiting.what, WaitsFor::FirstMedia) << "nobody publishes yet";
    EXPECT_EQ(state.how, " over carrier pigeon");
    EXPECT_TRUE(state.player->awaitsStart);
    gate_.runner.run([&] { visit.endStream("enough"); });
    EXPECT_FALSE(ask("1")->player.has_value());
}

TEST_F(VisitStateTest, AWaitForAStreamThatIsOverDoesNotComeBack) {
    Visit& visit = enter(visitor_);
    int told = 0;
    const auto tell = [&told](const auto&) { ++told; };
    const auto always = [](const hub::StreamHeaders&) { return true; };
    gate_.runner.run([&] {
        visit.awaitStream({"", "cam", "", ""}, 900, always, tell);
        visit.endStream("left");
    });
    gate_.clock.advanceMs(1000);
    gate_.runner.settle();
    EXPECT_EQ(told, 0);
    gate_.runner.run([&] { visit.awaitStream({"", "cam", "", ""}, 900, always, tell); });
    gate_.clock.advanceMs(1000);
    gate_.runner.settle();
    EXPECT_EQ(told, 1);
    EXPECT_EQ(waiting("1").what, WaitsFor::Nothing);
}

TEST_F(VisitStateTest, NobodyIsFoundWhoHasLeft) {
    enter(visitor_);
    const GuestPtr guest = clients_.findGuest("1");
    gate_.runner.run([&] { visits_.clear(); });
    EXPECT_EQ(clients_.findGuest("1"), nullptr);
    bool isThere = true;
    gate_.runner.run([&] { isThere = guest->visit != nullptr; });
    EXPECT_FALSE(isThere);
    EXPECT_FALSE(ask("1").has_value());
    EXPECT_FALSE(ask("").has_value());
}

} // namespace
} // namespace hookcast::visits
