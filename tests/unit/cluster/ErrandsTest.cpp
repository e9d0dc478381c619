#include "cluster/Errands.h"

#include "cluster/Records.h"
#include "unit/cluster/FakeState.h"
#include "unit/support/FakeClock.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using Outcomes = control::RemoteKick::Outcome;

constexpr std::int64_t kLeaseMs = 10'000;
const hooks::StreamKey kShow{"__defaultVhost__", "live", "show"};

/// A node, as far as errands go.
class Member {
  public:
    Member(const std::string& name, FakeState& state, const base::Clock& clock)
        : state_(state), leases_({name, "i-" + name, kLeaseMs}, clock), directory_(leases_, clock),
          errands_(leases_, directory_, clock, [this](const hooks::StreamKey& key) { evicted.push_back(key.text()); }) {
    }

    void talk() {
        Exchange exchange = leases_.next();
        const std::size_t before = exchange.changes.size();
        errands_.addTo(exchange);
        finish(state_.apply(exchange, connection_), before);
    }

    /// It asks, and never hears what came of it.
    void talkInVain(bool arrives) {
        Exchange exchange = leases_.next();
        errands_.addTo(exchange);
        if (arrives) state_.apply(exchange, connection_);
        leases_.onFailure();
        errands_.onFailure();
    }

    void kick(const hooks::StreamKey& key) {
        errands_.kick(key, [this](const control::RemoteKick& end) { ends.push_back(end); });
    }

    Errands& errands() { return errands_; }
    const Leases& leases() const { return leases_; }

    std::vector<std::string> evicted;
    std::vector<control::RemoteKick> ends;

  private:
    void finish(const Outcome& outcome, std::size_t before) {
        leases_.onOutcome(outcome);
        errands_.onOutcome(outcome,
                           {outcome.applied.begin() + static_cast<std::ptrdiff_t>(before), outcome.applied.end()});
    }

    FakeState& state_;
    FakeState::Connection connection_;
    Leases leases_;
    Directory directory_;
    Errands errands_;
};

class ErrandsTest : public testing::Test {
  protected:
    ErrandsTest() {
        for (int i = 0; i < 3; ++i) talkAll();
    }

    void talkAll() {
        a_.talk();
        b_.talk();
    }

    void pass(std::int64_t ms) { clock_.advanceMs(ms); }

    /// b publishes it, by a number.
    void publish(const hooks::StreamKey& key, std::uint64_t fence) {
        state_.set(streamField(key), StreamRecord{"b", "i-b", fence, 1, StreamRecord::State::Live}.text());
        talkAll();
    }

    std::size_t errandsThere() {
        std::size_t count = 0;
        a_.talk();
        a_.leases().forEach("errand/", [&count](const auto&, const auto&) { ++count; });
        return count;
    }

    support::FakeClock clock_;
    FakeState state_;
    Member a_{"a", state_, clock_};
    Member b_{"b", state_, clock_};
};

TEST_F(ErrandsTest, EndWhoPublishesOnAnotherNode) {
    publish(kShow, 7);
    a_.kick(kShow);
    EXPECT_TRUE(a_.errands().isInHaste());
    a_.talk();
    EXPECT_FALSE(a_.errands().isInHaste());
    b_.talk(); // hears of it
    EXPECT_TRUE(a_.ends.empty());
    b_.talk();
    EXPECT_EQ(b_.evicted, std::vector<std::string>{kShow.text()});
    a_.talk();
    ASSERT_EQ(a_.ends.size(), 1U);
    EXPECT_EQ(a_.ends[0].outcome, Outcomes::Done);
    EXPECT_EQ(a_.ends[0].node, "b");
    EXPECT_EQ(errandsThere(), 0U);
}

TEST_F(ErrandsTest, WhatNobodyElsePublishesIsNobodysErrand) {
    a_.kick(kShow);
    publish(kShow, 7);
    b_.kick(kShow);
    pass(3 * kLeaseMs);
    a_.talk(); // b is dead
    a_.kick(kShow);
    for (const Member* member : {&a_, &b_})
        for (const control::RemoteKick& end : member->ends) EXPECT_EQ(end.outcome, Outcomes::NotElsewhere);
    EXPECT_EQ(a_.ends.size(), 2U);
    EXPECT_EQ(b_.ends.size(), 1U);
}

TEST_F(ErrandsTest, WhoHasTakenTheNameSinceIsLeftAlone) {
    publish(kShow, 7);
    a_.kick(kShow);
    a_.talk();
    state_.set(streamField(kShow), StreamRecord{"b", "i-b", 8, 1, StreamRecord::State::Live}.text());
    for (int i = 0; i < 2; ++i) b_.talk();
    EXPECT_TRUE(b_.evicted.empty());
    EXPECT_EQ(errandsThere(), 0U);
    EXPECT_EQ(a_.ends.size(), 1U);
}

TEST_F(ErrandsTest, AreTakenBackFromANodeThatIsSilent) {
    publish(kShow, 7);
    a_.kick(kShow);
    a_.talk();
    pass(Errands::kPatienceMs);
    a_.talk();
    ASSERT_EQ(a_.ends.size(), 1U);
    EXPECT_EQ(a_.ends[0].outcome, Outcomes::Silent);
    for (int i = 0; i < 3; ++i) b_.talk();
    EXPECT_TRUE(b_.evicted.empty());
    EXPECT_EQ(errandsThere(), 0U);
}

TEST_F(ErrandsTest, OfOneWhoDiedAreTooLateWhenTheNodeComesBack) {
    publish(kShow, 7);
    a_.kick(kShow);
    a_.talk();
    pass(Errands::kPatienceMs + 1);
    for (int i = 0; i < 2; ++i) b_.talk();
    EXPECT_TRUE(b_.evicted.empty());
    EXPECT_EQ(errandsThere(), 0U);
}

TEST_F(ErrandsTest, AreDoneOnceThoughTheOutcomeNeverCame) {
    publish(kShow, 7);
    a_.kick(kShow);
    a_.talk();
    b_.talk();
    b_.talkInVain(false);
    b_.talkInVain(true);
    b_.talk();
    EXPECT_EQ(b_.evicted.size(), 1U);
    a_.talk();
    ASSERT_EQ(a_.ends.size(), 1U);
    EXPECT_EQ(a_.ends[0].outcome, Outcomes::Done);
}

TEST_F(ErrandsTest, AreAskedAgainWhereTheStateHasLostItsMemory) {
    publish(kShow, 7);
    a_.kick(kShow);
    a_.talk();
    state_.lose();
    a_.talk();
    EXPECT_TRUE(a_.ends.empty()) << "it is gone, but nobody has done it";
    b_.talk();
    b_.talk();
    state_.set(streamField(kShow), StreamRecord{"b", "i-b", 7, 1, StreamRecord::State::Live}.text());
    for (int i = 0; i < 5; ++i) talkAll();
    EXPECT_EQ(b_.evicted.size(), 1U);
    ASSERT_EQ(a_.ends.size(), 1U);
    EXPECT_EQ(a_.ends[0].outcome, Outcomes::Done);
}

TEST_F(ErrandsTest, WithoutAStateNobodyWaitsForEver) {
    publish(kShow, 7);
    a_.kick(kShow);
    a_.talkInVain(false);
    EXPECT_TRUE(a_.ends.empty());
    pass(Errands::kPatienceMs);
    a_.talkInVain(false);
    ASSERT_EQ(a_.ends.size(), 1U);
    EXPECT_EQ(a_.ends[0].outcome, Outcomes::Silent);
    EXPECT_FALSE(a_.errands().isInHaste());
}

TEST_F(ErrandsTest, AreBounded) {
    publish(kShow, 7);
    for (std::size_t i = 0; i < Errands::kMostOpen + 1; ++i) a_.kick(kShow);
    ASSERT_EQ(a_.ends.size(), 1U);
    EXPECT_EQ(a_.ends[0].outcome, Outcomes::Busy);
    a_.talk();
    for (int i = 0; i < 2; ++i) b_.talk();
    a_.talk();
    EXPECT_EQ(a_.ends.size(), Errands::kMostOpen + 1);
    EXPECT_EQ(errandsThere(), 0U);
}

TEST_F(ErrandsTest, WhatIsNoneOfOursIsTakenAwayPieceByPiece) {
    for (std::size_t i = 0; i < Errands::kMostTaken + 50; ++i)
        state_.set("errand/b/x-" + std::to_string(i), i % 2 == 0 ? "somebody else's" : "1 2 stream/x");
    state_.set("errand/bb/x", "for another node");
    for (int i = 0; i < 2; ++i) b_.talk();
    EXPECT_EQ(errandsThere(), 51U);
    b_.talk();
    EXPECT_EQ(errandsThere(), 1U);
    EXPECT_TRUE(b_.evicted.empty());
}

TEST(ErrandRecordTest, IsReadAsItIsWritten) {
    for (const char* app : {"live", "a/b c", "x y"}) {
        const ErrandRecord record{7, 1'700'000'000'000, {"v", app, "s t"}};
        EXPECT_EQ(ErrandRecord::read(record.text()), record);
    }
    for (const char* text : {"", "7", "7 8", "7 8 ", "x 8 stream/v/a/s", "7 x stream/v/a/s", "7 8 v/a/s",
                             "7  stream/v/a/s", "7 8 stream/v/s", "99999999999999999999 8 stream/v/a/s"})
        EXPECT_FALSE(ErrandRecord::read(text)) << text;
}

} // namespace
} // namespace hookcast::cluster
