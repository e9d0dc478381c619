#include "cluster/PullPlan.h"

#include "unit/cluster/FakeState.h"
#include "unit/support/FakeClock.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kLeaseMs = 4000;
const hooks::StreamKey kCam{"v", "live", "cam"};

class Calls final : public Puller {
  public:
    void pull(const hooks::StreamKey& key, const std::optional<Origin>& origin) override {
        made.push_back(fmt::format("pull {} from {}", key.stream, origin ? origin->node : "?"));
    }
    void release(const hooks::StreamKey& key) override { made.push_back("release " + key.stream); }
    void end(const hooks::StreamKey& key, const std::string& reason) override {
        made.push_back("end " + key.stream + ": " + reason);
    }
    std::vector<std::string> take() { return std::exchange(made, {}); }
    std::vector<std::string> made;
};

/// A node that hears what the test writes as the other nodes.
class PullPlanTest : public testing::Test {
  protected:
    PullPlanTest() {
        live("a");
        live("b");
        hear();
        hear();
    }

    void live(const std::string& node) {
        NodeRecord record;
        record.incarnation = node + "1";
        record.beat = ++beat_;
        record.address = node + ":1935";
        state_.set(nodeField(node), record.text());
    }

    void write(const std::string& owner, StreamRecord::State state = StreamRecord::State::Live) {
        state_.set(streamField(kCam), StreamRecord{owner, owner + "1", ++beat_, 1, state}.text());
    }

    void writeCapture(const std::string& owner) {
        state_.set(captureField(kCam.text()), CaptureRecord{owner, owner + "1", ++beat_, ""}.text());
    }

    void hear() {
        Exchange exchange = leases_.next();
        const std::size_t own = exchange.changes.size();
        directory_.addTo(exchange);
        const Outcome outcome = state_.apply(exchange, connection_);
        leases_.onOutcome(outcome);
        directory_.onOutcome(outcome, outcome.appliedFrom(own, exchange.changes.size()));
        plan_.update();
    }

    void publish(bool isCapture) {
        auto stream = std::make_shared<hub::PublishedStream>();
        stream->key = kCam;
        if (isCapture) stream->fetchedBy.capture = std::make_shared<config::CaptureConfig>();
        plan_.setPublished(kCam, stream);
    }

    support::FakeClock clock_;
    FakeState state_;
    FakeState::Connection connection_;
    std::uint64_t beat_ = 0;
    Leases leases_{{"me", "me1", kLeaseMs, 0, 0, "me:1935"}, clock_};
    Directory directory_{leases_, clock_};
    Calls calls_;
    PullPlan plan_{directory_, leases_, calls_};
};

TEST_F(PullPlanTest, WhatIsWantedAndElsewhereIsPulledUntilNobodyWantsIt) {
    write("a");
    hear();
    EXPECT_THAT(calls_.take(), IsEmpty()) << "nobody wants it";
    plan_.setWanted(kCam, true);
    EXPECT_FALSE(plan_.takeCuriosity());
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from a"));
    plan_.setWanted(kCam, false);
    EXPECT_THAT(calls_.take(), ElementsAre("release cam"));
}

TEST_F(PullPlanTest, WhatNobodyKnowsIsAskedForAtOnceAndPulledWhenItComes) {
    plan_.setWanted(kCam, true);
    EXPECT_TRUE(plan_.takeCuriosity());
    EXPECT_FALSE(plan_.takeCuriosity());
    write("a", StreamRecord::State::Asked);
    hear();
    EXPECT_THAT(calls_.take(), IsEmpty()) << "nobody publishes it yet";
    write("a");
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from a"));
}

TEST_F(PullPlanTest, ItGoesAlongAndEndsWithThePublisher) {
    plan_.setWanted(kCam, true);
    write("a");
    hear();
    write("b");
    hear();
    write("b");
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from a", "pull cam from b", "pull cam from b"))
        << "another number is another publisher";
    state_.set(streamField(kCam), "");
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("end cam: nobody publishes it any more"));
    write("a");
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from a"));
}

TEST_F(PullPlanTest, ADeadNodesPlayersWait) {
    plan_.setWanted(kCam, true);
    write("a");
    hear();
    calls_.take();
    clock_.advanceMs(kLeaseMs);
    live("b");
    hear();
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from ?"));
    write("b");
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from b"));
}

TEST_F(PullPlanTest, WhoeverPublishesHereComesFirst) {
    plan_.setWanted(kCam, true);
    write("a");
    hear();
    calls_.take();
    publish(false);
    EXPECT_THAT(calls_.take(), ElementsAre("end cam: published here"));
    hear();
    EXPECT_THAT(calls_.take(), IsEmpty());
    plan_.setPublished(kCam, nullptr);
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from a"));
}

TEST_F(PullPlanTest, ACaptureThatHasMovedIsPulledThoughItIsStillThere) {
    plan_.setWanted(kCam, true);
    publish(true);
    writeCapture("a");
    hear();
    EXPECT_THAT(calls_.take(), ElementsAre("pull cam from a"));
    EXPECT_TRUE(plan_.isPlayedFromCapture(kCam));
    plan_.setPublished(kCam, nullptr);
    hear();
    EXPECT_THAT(calls_.take(), IsEmpty());
    EXPECT_FALSE(plan_.isPlayedFromCapture(kCam));
}

} // namespace
} // namespace hookcast::cluster
