#include "cluster/Directory.h"

#include "unit/cluster/FakeState.h"
#include "unit/support/FakeClock.h"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using hub::SharedNames;
using Policy = config::TakeoverConfig::Policy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kLeaseMs = 4000;
constexpr std::int64_t kStepMs = 500;
const hooks::StreamKey kCam{"v", "live", "cam"};

/// A node with its names, that talks to the state while nothing is in its way.
struct Node {
    Node(FakeState& itsState, support::FakeClock& itsClock, const std::string& name, const std::string& incarnation)
        : state(itsState), leases({name, incarnation, kLeaseMs, 0, 0, name + ":1935"}, itsClock),
          directory(leases, itsClock) {}

    void talk() {
        Exchange exchange = leases.next();
        const std::size_t own = exchange.changes.size();
        directory.addTo(exchange);
        if (isCut) {
            leases.onFailure();
            directory.onFailure();
            return;
        }
        const Outcome outcome = state.apply(exchange, connection);
        leases.onOutcome(outcome);
        const auto applied = outcome.appliedFrom(own, exchange.changes.size());
        for (const LostName& name : directory.onOutcome(outcome, applied)) lost.push_back(name);
    }

    /// Until nothing is left to be asked.
    void settle() {
        talk();
        for (int i = 0; i < 10 && directory.isInHaste(); ++i) talk();
    }

    SharedNames::Claim claimOf(std::uint64_t reservation, Policy policy = Policy::Off) const {
        SharedNames::Claim claim{kCam, reservation, {}, false};
        claim.takeover.policy = policy;
        return claim;
    }

    void claim(std::uint64_t reservation, Policy policy = Policy::Off) {
        answers.erase(reservation);
        directory.claim(claimOf(reservation, policy), [this, reservation](const auto& answer) {
            answers[reservation] = answer ? (answer.value() == SharedNames::Standing::Here ? "here" : "elsewhere")
                                          : answer.error().message;
        });
    }

    std::string answer(std::uint64_t reservation) const {
        const auto found = answers.find(reservation);
        return found == answers.end() ? "none" : found->second;
    }

    void publish() {
        auto stream = std::make_shared<hub::PublishedStream>();
        stream->key = kCam;
        directory.setPublished(kCam, stream);
    }

    /// From the claim to the publication.
    void take(std::uint64_t reservation) {
        claim(reservation);
        settle();
        ASSERT_EQ(answer(reservation), "here");
        publish();
        settle();
    }

    void leave(std::uint64_t reservation) {
        directory.setPublished(kCam, nullptr);
        directory.release(claimOf(reservation));
        settle();
    }

    FakeState& state;
    FakeState::Connection connection;
    Leases leases;
    Directory directory;
    bool isCut = false;
    std::map<std::uint64_t, std::string> answers;
    std::vector<LostName> lost;
};

class DirectoryTest : public testing::Test {
  protected:
    DirectoryTest() {
        for (Node* node : {a_.get(), b_.get()}) node->talk();
        run(kStepMs);
    }

    void run(std::int64_t ms) {
        for (std::int64_t at = 0; at < ms; at += kStepMs) {
            clock_.advanceMs(kStepMs);
            for (Node* node : {a_.get(), b_.get()})
                if (node != nullptr) node->talk();
        }
    }

    std::optional<StreamRecord> record() const { return StreamRecord::read(state_.valueOf(streamField(kCam))); }

    support::FakeClock clock_;
    FakeState state_;
    std::unique_ptr<Node> a_ = std::make_unique<Node>(state_, clock_, "a", "a1");
    std::unique_ptr<Node> b_ = std::make_unique<Node>(state_, clock_, "b", "b1");
};

TEST_F(DirectoryTest, ANameIsOneNodesAndTheOthersKnowWhere) {
    a_->take(1);
    EXPECT_EQ(record()->state, StreamRecord::State::Live);
    EXPECT_FALSE(a_->directory.originOf(kCam)) << "its own";
    b_->talk();
    const std::optional<Origin> origin = b_->directory.originOf(kCam);
    ASSERT_TRUE(origin);
    EXPECT_EQ(*origin, (Origin{"a", "a:1935", record()->fence}));
    EXPECT_EQ(a_->directory.fences().at(kCam), origin->fence);
    b_->claim(2);
    b_->settle();
    EXPECT_EQ(b_->answer(2), "somebody publishes this stream already, on node a");
    a_->leave(1);
    EXPECT_FALSE(record());
    b_->talk();
    EXPECT_FALSE(b_->directory.originOf(kCam));
    EXPECT_FALSE(b_->directory.isExpected(kCam));
}

TEST_F(DirectoryTest, WhoComesBackElsewhereIsNotRefusedForWhatHasJustEnded) {
    a_->take(1);
    b_->talk();
    a_->leave(1);
    b_->claim(2);
    b_->settle();
    EXPECT_EQ(b_->answer(2), "here");
}

TEST_F(DirectoryTest, WhileOthersAreAskedAboutItAClaimWaits) {
    a_->claim(1);
    a_->settle();
    b_->claim(2);
    b_->settle();
    EXPECT_EQ(b_->answer(2), "none");
    EXPECT_FALSE(b_->directory.originOf(kCam)) << "nobody publishes it yet";
    a_->directory.release(a_->claimOf(1));
    a_->settle();
    b_->settle();
    EXPECT_EQ(b_->answer(2), "here");
}

TEST_F(DirectoryTest, OfTwoThatClaimAtOnceOneGetsIt) {
    a_->claim(1);
    b_->claim(2);
    a_->settle();
    b_->settle();
    EXPECT_EQ(a_->answer(1), "here");
    EXPECT_EQ(b_->answer(2), "none");
    a_->publish();
    a_->settle();
    b_->settle();
    EXPECT_THAT(b_->answer(2), HasSubstr("already, on node a"));
}

TEST_F(DirectoryTest, TakeoverMovesIt) {
    a_->take(1);
    const std::uint64_t before = record()->fence;
    b_->claim(2, Policy::On);
    b_->settle();
    ASSERT_EQ(b_->answer(2), "elsewhere");
    bool isMoved = false;
    b_->directory.move(b_->claimOf(2, Policy::On), [&] { isMoved = true; });
    b_->settle();
    EXPECT_TRUE(isMoved);
    EXPECT_EQ(record()->owner, "b");
    EXPECT_GT(record()->fence, before);
    a_->talk();
    ASSERT_EQ(a_->lost.size(), 1U);
    EXPECT_EQ(a_->lost.front().node, "b");
    a_->leave(1);
    EXPECT_EQ(record()->owner, "b") << "what another one has is not taken away";
}

TEST_F(DirectoryTest, OnlyWhatHasFallenSilentIsMovedWhereTakeoverSaysSo) {
    a_->take(1);
    b_->claim(2, Policy::Stale);
    b_->settle();
    EXPECT_THAT(b_->answer(2), HasSubstr("already, on node a"));
    a_->directory.setStale(kCam, true);
    a_->settle();
    b_->claim(3, Policy::Stale);
    b_->settle();
    EXPECT_EQ(b_->answer(3), "elsewhere");
    EXPECT_TRUE(b_->directory.originOf(kCam)) << "it is still published";
}

TEST_F(DirectoryTest, ADeadNodesNameIsFreeAndWhoWakesHasLostIt) {
    run(kLeaseMs);
    a_->take(1);
    b_->talk();
    const std::unique_ptr<Node> sleeper = std::move(a_);
    run(kLeaseMs + kStepMs);
    EXPECT_FALSE(b_->directory.originOf(kCam));
    EXPECT_TRUE(b_->directory.isExpected(kCam)) << "it may come back";
    b_->take(2);
    sleeper->settle();
    ASSERT_EQ(sleeper->lost.size(), 1U);
    EXPECT_FALSE(sleeper->lost.front().isOlder);
    EXPECT_FALSE(sleeper->directory.fences().contains(kCam));
    EXPECT_EQ(record()->owner, "b");
}

TEST_F(DirectoryTest, WhatTheDeadLeaveBehindIsTakenAwayOnce) {
    run(kLeaseMs);
    a_->take(1);
    b_->talk();
    a_.reset();
    run(Directory::kSweepLeases * kLeaseMs);
    EXPECT_TRUE(record()) << "whoever plays it waits";
    run(3 * kLeaseMs);
    EXPECT_FALSE(record());
}

TEST_F(DirectoryTest, AnotherLifeOfANodeTakesItsOldNamesAway) {
    run(kLeaseMs);
    a_->take(1);
    a_ = std::make_unique<Node>(state_, clock_, "a", "a2");
    run(2 * kLeaseMs);
    EXPECT_FALSE(record());
    EXPECT_FALSE(b_->directory.isExpected(kCam));
}

TEST_F(DirectoryTest, WithoutAnAnswerNamesAreTakenAndTheOlderOneIsKept) {
    a_->isCut = b_->isCut = true;
    a_->claim(1);
    a_->talk();
    EXPECT_EQ(a_->answer(1), "here");
    EXPECT_THAT(a_->directory.takeUnchecked(), ElementsAre(kCam));
    a_->publish();
    clock_.advanceMs(100);
    b_->talk();
    b_->claim(2);
    EXPECT_EQ(b_->answer(2), "here") << "at once, as it is known that nobody answers";
    b_->publish();
    b_->isCut = false;
    b_->settle();
    EXPECT_EQ(record()->owner, "b");
    a_->isCut = false;
    a_->settle();
    EXPECT_EQ(record()->owner, "a");
    EXPECT_THAT(a_->lost, IsEmpty());
    b_->settle();
    ASSERT_EQ(b_->lost.size(), 1U);
    EXPECT_EQ(b_->lost.front().node, "a");
}

/// As above, but the older one is the first that is heard again.
TEST_F(DirectoryTest, TheYoungerOneGivesWayWhoeverComesBackFirst) {
    a_->isCut = b_->isCut = true;
    a_->claim(1);
    a_->talk();
    a_->publish();
    clock_.advanceMs(100);
    b_->talk();
    b_->claim(2);
    b_->publish();
    a_->isCut = false;
    a_->settle();
    EXPECT_EQ(record()->owner, "a");
    b_->isCut = false;
    b_->settle();
    EXPECT_EQ(record()->owner, "a");
    ASSERT_EQ(b_->lost.size(), 1U);
    EXPECT_TRUE(b_->lost.front().isOlder);
    a_->settle();
    EXPECT_THAT(a_->lost, IsEmpty());
}

TEST_F(DirectoryTest, WhatIsKnownToBeElsewhereIsBusyWithoutAnAnswerToo) {
    a_->take(1);
    b_->talk();
    b_->isCut = true;
    b_->talk();
    b_->claim(2);
    EXPECT_THAT(b_->answer(2), HasSubstr("already, on node a"));
    clock_.advanceMs(2 * kLeaseMs);
    b_->talk();
    EXPECT_TRUE(b_->directory.originOf(kCam)) << "what was heard last is believed";
}

TEST_F(DirectoryTest, AStateThatForgetsIsToldAgain) {
    a_->take(1);
    state_.lose();
    a_->settle();
    a_->settle();
    EXPECT_EQ(record()->owner, "a");
    EXPECT_THAT(a_->lost, IsEmpty());
    EXPECT_EQ(record()->state, StreamRecord::State::Live);
}

TEST_F(DirectoryTest, WhatStandsInACapturesPlaceIsNobodyElses) {
    a_->leases.setWanted({{kCam.text(), ""}});
    run(2 * kLeaseMs);
    ASSERT_NE(a_->leases.fenceOf(kCam.text()), 0U);
    const std::optional<Origin> origin = b_->directory.originOf(kCam);
    ASSERT_TRUE(origin);
    EXPECT_EQ(*origin, (Origin{"a", "a:1935", a_->leases.fenceOf(kCam.text())}));
    b_->claim(2);
    b_->settle();
    EXPECT_EQ(b_->answer(2), "node a fetches this stream");
}

TEST_F(DirectoryTest, ACaptureStandsBackForAClient) {
    a_->take(1);
    b_->talk();
    std::string answer;
    b_->directory.claim({kCam, 5, {}, true}, [&](const auto& told) { answer = told ? "here" : told.error().message; });
    EXPECT_EQ(answer, "a client publishes this stream on node a");
}

TEST_F(DirectoryTest, WhatCannotBeReadIsOverwritten) {
    state_.set(streamField(kCam), std::string(3000, 'x'));
    state_.set("stream/", "x");
    state_.set("stream/one", "a a1 1 1 live");
    a_->take(1);
    EXPECT_EQ(record()->owner, "a");
}

TEST_F(DirectoryTest, WhoEndsGivesAllBack) {
    a_->take(1);
    Exchange farewell = a_->leases.farewell();
    a_->directory.leave(farewell);
    state_.apply(farewell, a_->connection);
    EXPECT_FALSE(record());
}

} // namespace
} // namespace hookcast::cluster
