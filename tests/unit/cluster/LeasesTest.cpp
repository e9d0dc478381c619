#include "cluster/Leases.h"

#include "unit/cluster/FakeState.h"
#include "unit/support/FakeClock.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::int64_t kLeaseMs = 10'000;
constexpr std::int64_t kStepMs = 500;

/// A node that talks to the state twice a second while nothing is in its way.
struct Node {
    Node(FakeState& itsState, support::FakeClock& itsClock, const std::string& name, const std::string& incarnation,
         std::vector<WantedCapture> wanted)
        : state(itsState), leases({name, incarnation, kLeaseMs, 0, 0, {}}, itsClock) {
        leases.setWanted(std::move(wanted));
    }

    void talk() {
        const LeaseNews heard = leases.onOutcome(state.apply(leases.next(), connection));
        for (const auto& [node, captures] : heard.captured)
            for (const std::string& capture : captures) news.captured[node].push_back(capture);
        for (const auto& [node, captures] : heard.released)
            for (const std::string& capture : captures) news.released[node].push_back(capture);
        news.fenced.insert(news.fenced.end(), heard.fenced.begin(), heard.fenced.end());
        news.unreadable.insert(news.unreadable.end(), heard.unreadable.begin(), heard.unreadable.end());
        news.isNameTaken = heard.isNameTaken;
    }

    FakeState& state;
    FakeState::Connection connection;
    Leases leases;
    LeaseNews news;
};

class LeasesTest : public testing::Test {
  protected:
    std::unique_ptr<Node> makeNode(const std::string& name, std::vector<WantedCapture> wanted,
                                   const std::string& incarnation = "first") {
        return std::make_unique<Node>(state_, clock_, name, incarnation, std::move(wanted));
    }

    void run(std::int64_t ms, const std::vector<Node*>& nodes) {
        for (std::int64_t at = 0; at < ms; at += kStepMs) {
            clock_.advanceMs(kStepMs);
            for (Node* node : nodes) node->talk();
        }
    }

    support::FakeClock clock_;
    FakeState state_;
};

TEST_F(LeasesTest, ANewStateIsWaitedForOneLease) {
    const auto a = makeNode("a", {{"cam", ""}});
    run(kLeaseMs - kStepMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), IsEmpty());
    run(4 * kStepMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam"));
    const auto b = makeNode("b", {{"cam", ""}, {"other", ""}});
    run(3 * kStepMs, {a.get(), b.get()});
    EXPECT_THAT(b->leases.fetched(), ElementsAre("other")) << "what is known to be nobody's is taken at once";
}

TEST_F(LeasesTest, WhoCannotRenewStopsBeforeAnotherOneStarts) {
    const auto a = makeNode("a", {{"cam", "a"}});
    const auto b = makeNode("b", {{"cam", "a"}});
    run(2 * kLeaseMs, {a.get(), b.get()});
    ASSERT_THAT(a->leases.fetched(), ElementsAre("cam"));
    while (!a->leases.fetched().empty()) {
        EXPECT_THAT(b->leases.fetched(), IsEmpty());
        run(kStepMs, {b.get()});
    }
    EXPECT_THAT(b->leases.fetched(), IsEmpty());
    run(kLeaseMs / Leases::kMarginPart + 2 * kStepMs, {b.get()});
    EXPECT_THAT(b->leases.fetched(), ElementsAre("cam"));
    EXPECT_THAT(b->news.captured, ElementsAre(Pair("a", ElementsAre("cam"))));
    EXPECT_THAT(b->news.released, IsEmpty());
}

TEST_F(LeasesTest, ACaptureGoesHomeOnceThatHasAPicture) {
    const auto b = makeNode("b", {{"cam", "a"}});
    run(2 * kLeaseMs, {b.get()});
    ASSERT_THAT(b->leases.fetched(), ElementsAre("cam")) << "its home has never been seen";
    const auto a = makeNode("a", {{"cam", "a"}});
    run(kLeaseMs, {a.get(), b.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam"));
    EXPECT_THAT(b->leases.fetched(), ElementsAre("cam")) << "both, until the new one has a picture";
    a->leases.setReady("cam");
    run(2 * kStepMs, {a.get(), b.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam"));
    EXPECT_THAT(b->leases.fetched(), IsEmpty());
    EXPECT_THAT(b->news.released, ElementsAre(Pair("a", ElementsAre("cam"))));
    EXPECT_THAT(b->news.fenced, IsEmpty());
    EXPECT_THAT(a->news.captured, IsEmpty());
}

TEST_F(LeasesTest, ACameraWithOneReaderGoesHomeWithoutAPicture) {
    const auto b = makeNode("b", {{"cam", "a"}});
    run(2 * kLeaseMs, {b.get()});
    const auto a = makeNode("a", {{"cam", "a"}});
    run(Leases::kReadyLeases * kLeaseMs + 4 * kStepMs, {a.get(), b.get()});
    EXPECT_THAT(b->leases.fetched(), IsEmpty());
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam"));
}

TEST_F(LeasesTest, WhoSleptLongerThanItsLeaseFindsItselfFenced) {
    const auto a = makeNode("a", {{"cam", ""}});
    run(2 * kLeaseMs, {a.get()});
    const std::uint64_t before = a->leases.fenceOf("cam");
    const auto b = makeNode("b", {{"cam", ""}});
    run(2 * kLeaseMs, {b.get()});
    EXPECT_THAT(b->leases.fetched(), ElementsAre("cam"));
    EXPECT_GT(b->leases.fenceOf("cam"), before);
    EXPECT_THAT(a->leases.fetched(), IsEmpty()) << "before it has heard anything";
    run(2 * kStepMs, {a.get(), b.get()});
    EXPECT_THAT(a->news.fenced, ElementsAre("cam"));
    EXPECT_THAT(a->news.released, IsEmpty());
    EXPECT_THAT(b->leases.fetched(), ElementsAre("cam"));
}

TEST_F(LeasesTest, WhoLeavesIsFollowedAtOnce) {
    const auto a = makeNode("a", {{"cam", "a"}, {"other", ""}});
    const auto b = makeNode("b", {{"cam", "a"}, {"other", ""}});
    run(2 * kLeaseMs, {a.get()});
    run(2 * kStepMs, {a.get(), b.get()});
    state_.apply(a->leases.farewell(), a->connection);
    EXPECT_THAT(a->leases.fetched(), IsEmpty());
    run(2 * kStepMs, {b.get()});
    EXPECT_THAT(b->leases.fetched(), ElementsAre("cam", "other"));
    EXPECT_THAT(b->news.captured, ElementsAre(Pair("a", UnorderedElementsAre("cam", "other"))));
    const auto again = makeNode("a", {{"cam", "a"}}, "second");
    again->leases.setReady("cam");
    run(4 * kStepMs, {again.get(), b.get()});
    EXPECT_THAT(again->leases.fetched(), ElementsAre("cam")) << "without waiting for what its first life has left";
}

TEST_F(LeasesTest, AProcessThatComesBackTakesItsNameAfterALease) {
    auto a = makeNode("a", {{"cam", "a"}});
    run(2 * kLeaseMs, {a.get()});
    a = makeNode("a", {{"cam", "a"}}, "second");
    run(kLeaseMs - kStepMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), IsEmpty());
    run(3 * kStepMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam"));
    EXPECT_FALSE(a->news.isNameTaken);
}

TEST_F(LeasesTest, TheSecondOfANameIsTold) {
    const auto first = makeNode("a", {{"cam", ""}});
    run(2 * kLeaseMs, {first.get()});
    const auto second = makeNode("a", {{"cam", ""}}, "second");
    run(kLeaseMs, {first.get(), second.get()});
    EXPECT_TRUE(second->news.isNameTaken);
    EXPECT_FALSE(first->news.isNameTaken);
    EXPECT_THAT(first->leases.fetched(), ElementsAre("cam"));
    EXPECT_THAT(second->leases.fetched(), IsEmpty());
}

TEST_F(LeasesTest, WhatTheStateForgetsIsWrittenAgainByWhoHasIt) {
    const auto a = makeNode("a", {{"cam", ""}});
    const auto b = makeNode("b", {{"cam", ""}});
    run(2 * kLeaseMs, {a.get(), b.get()});
    Node& owner = a->leases.fetched().empty() ? *b : *a;
    const std::uint64_t fence = owner.leases.fenceOf("cam");
    state_.lose();
    for (int i = 0; i < 60; ++i) {
        run(kStepMs, {a.get(), b.get()});
        ASSERT_THAT(owner.leases.fetched(), ElementsAre("cam"));
        ASSERT_EQ(a->leases.fetched().size() + b->leases.fetched().size(), 1U);
    }
    EXPECT_EQ(owner.leases.fenceOf("cam"), fence);
    EXPECT_EQ(CaptureRecord::read(state_.valueOf("capture/cam"))->fence, fence);
}

TEST_F(LeasesTest, ATakeoverThatAReplicaHasNotHeardOfIsWrittenAgain) {
    const auto a = makeNode("a", {{"cam", "a"}});
    const auto b = makeNode("b", {{"cam", "a"}});
    run(2 * kLeaseMs, {a.get(), b.get()});
    const FakeState replica = state_.snapshot();
    run(2 * kLeaseMs, {b.get()});
    ASSERT_THAT(b->leases.fetched(), ElementsAre("cam"));
    state_.failOverTo(replica);
    const auto c = makeNode("c", {{"cam", "a"}});
    for (int i = 0; i < 60; ++i) {
        run(kStepMs, {c.get(), b.get()});
        ASSERT_THAT(b->leases.fetched(), ElementsAre("cam"));
        ASSERT_THAT(c->leases.fetched(), IsEmpty());
    }
}

TEST_F(LeasesTest, ADeadNodesCapturesAreSpread) {
    std::vector<WantedCapture> wanted;
    for (int i = 0; i < 500; ++i) wanted.push_back({"cam" + std::to_string(i), "a"});
    const auto a = makeNode("a", wanted);
    const auto b = makeNode("b", wanted);
    const auto c = makeNode("c", wanted);
    run(2 * kLeaseMs, {a.get(), b.get(), c.get()});
    ASSERT_EQ(a->leases.fetched().size(), 500U);
    run(kLeaseMs + 4 * kStepMs, {b.get(), c.get()});
    EXPECT_EQ(b->leases.fetched().size() + c->leases.fetched().size(), 500U);
    EXPECT_NEAR(static_cast<double>(b->leases.fetched().size()), 250, 25);
}

TEST_F(LeasesTest, LimitsLeaveOverWhatExceedsThem) {
    FakeState::Connection connection;
    Leases small({"a", "first", kLeaseMs, 2, 0}, clock_);
    small.setWanted({{"x", ""}, {"y", ""}, {"z", ""}});
    for (int i = 0; i < 60; ++i) {
        clock_.advanceMs(kStepMs);
        small.onOutcome(state_.apply(small.next(), connection));
    }
    EXPECT_EQ(small.fetched().size(), 2U);
}

TEST_F(LeasesTest, WhatIsNotWantedAnyMoreIsGivenUp) {
    const auto a = makeNode("a", {{"cam", ""}});
    run(2 * kLeaseMs, {a.get()});
    a->leases.setWanted({});
    EXPECT_THAT(a->leases.fetched(), IsEmpty());
    run(kStepMs, {a.get()});
    EXPECT_EQ(state_.valueOf("capture/cam"), "");
    EXPECT_THAT(a->news.fenced, IsEmpty());
}

TEST_F(LeasesTest, RubbishUnderOurKeysStopsNobody) {
    state_.set("node/a", "7 7");
    state_.set("node/other", std::string(5000, 'x'));
    state_.set("node/", "first 1 0 0 0 here 0 -");
    state_.set("somebody", "else");
    const auto a = makeNode("a", {{"cam", ""}, {"far", "other"}});
    run(3 * kLeaseMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam", "far"));
    EXPECT_THAT(a->news.unreadable, UnorderedElementsAre("node/a", "node/other"));
}

/// It may be the record of a newer version, whose node has the capture.
TEST_F(LeasesTest, ACaptureWhoseRecordCannotBeReadIsLeftAlone) {
    state_.set("capture/cam", "what is this");
    const auto a = makeNode("a", {{"cam", ""}, {"far", ""}});
    run(3 * kLeaseMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("far"));
    state_.set("capture/far", "v2 of another version");
    state_.set("capture/cam", "");
    run(kStepMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), IsEmpty());
    EXPECT_THAT(a->news.fenced, IsEmpty()) << "nobody knows by whom";
    EXPECT_THAT(a->news.unreadable, ElementsAre("capture/cam", "capture/far"));
    run(kLeaseMs, {a.get()});
    EXPECT_THAT(a->leases.fetched(), ElementsAre("cam"));
    EXPECT_EQ(state_.valueOf("capture/far"), "v2 of another version");
}

} // namespace
} // namespace hookcast::cluster
