// A publisher that replaces another one: publish.takeover.
#include "hub/StreamRegistry.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace hookcast::hub {
namespace {

using Policy = config::TakeoverConfig::Policy;

ClaimTerms termsOf(Policy policy) {
    ClaimTerms terms;
    terms.takeover = {policy, 2000};
    return terms;
}

const ClaimTerms kOn = termsOf(Policy::On);
const ClaimTerms kStale = termsOf(Policy::Stale);

/// A format whose players cannot go on with another publication.
class FixedFormat final : public WireFormat {
  public:
    std::string_view name() const override { return "fixed"; }
    std::unique_ptr<WireEncoder> makeEncoder() const override { return std::make_unique<Encoder>(); }

  private:
    class Encoder final : public WireEncoder {
      public:
        void append(const media::Frame& frame, WireLog& log) override { log.append(frame.body); }
        base::Bytes preamble(const StreamHeaders& /*headers*/, std::int64_t /*dtsMs*/) override { return {}; }
        bool canBeContinued() const override { return false; }
    };
};

/// The old one publishes on one loop, the new one on another; players are on both.
class TakeoverTest : public ::testing::Test {
  protected:
    void settle() {
        for (int i = 0; i < 5; ++i) {
            near_.runner.settle();
            far_.runner.settle();
        }
    }
    std::string got(TestPlayer& player) {
        settle();
        return player.got();
    }
    std::size_t endsOf(TestPlayer& player, support::HookGate& gate) {
        settle();
        return gate.runner.run([&] { return player.subscriber.ends; });
    }

    /// Whether the backends would be asked at once about somebody who wants this name.
    bool isItsTurn(const hooks::StreamKey& key, const ClaimTerms& terms) {
        return near_.runner.run([&] {
            auto reserved = registry_.reserve(key, terms);
            bool itIs = false;
            if (reserved) reserved.value().await(near_.runner.loop(), [&](const auto& turn) { itIs = turn.ok(); });
            return itIs;
        });
    }

    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate near_;
    support::HookGate far_;
};

TEST_F(TakeoverTest, TheNewOneReplacesTheOldOneAndPlayersStay) {
    TestPlayer here(near_, registry_, format_);
    TestPlayer there(far_, registry_, format_);
    TestPublisher old(near_, registry_);
    old.key(0, "K");
    old.video(100, "v");
    EXPECT_EQ(got(here), "{-|-|-@0}<K@0><v@100>");
    EXPECT_EQ(got(there), "{-|-|-@0}<K@0><v@100>");

    TestPublisher next(far_, registry_, streamOne(), kOn);
    settle();
    EXPECT_EQ(old.evictedBy(), "another publisher has taken the stream over");
    EXPECT_FALSE(old.isPublishing());
    ASSERT_TRUE(next.isPublishing());
    next.key(5000, "N");
    EXPECT_EQ(got(here), "{-|-|-@640}<N@640>");
    EXPECT_EQ(got(there), "{-|-|-@640}<N@640>");
    EXPECT_EQ(endsOf(here, near_), 0U);
    EXPECT_EQ(endsOf(there, far_), 0U);
    EXPECT_FALSE(registry_.reserve(streamOne())) << "the name is the new one's";
    next.end();
    EXPECT_EQ(endsOf(here, near_), 1U);
    EXPECT_TRUE(registry_.reserve(streamOne()));
}

TEST_F(TakeoverTest, TheOldOneIsNotTouchedBeforeTheNewOneIsAdmitted) {
    TestPublisher old(near_, registry_);
    auto reserved = std::make_optional(registry_.reserve(streamOne(), kOn).take());
    settle();
    EXPECT_EQ(old.evictedBy(), "");
    EXPECT_TRUE(old.isPublishing());
    EXPECT_FALSE(isItsTurn(streamOne(), kOn)) << "one at a time";
    reserved.reset();
    settle();
    EXPECT_EQ(old.evictedBy(), "") << "the backends have refused";
    EXPECT_TRUE(isItsTurn(streamOne(), kOn));
}

TEST_F(TakeoverTest, ItIsKnownWhomItReplaces) {
    {
        auto first = registry_.reserve(streamOne(), kOn).take();
        EXPECT_FALSE(first.replaced()) << "nobody publishes it";
    }
    TestPublisher old(near_, registry_);
    settle();
    auto second = registry_.reserve(streamOne(), kOn).take();
    ASSERT_TRUE(second.replaced());
    EXPECT_EQ(second.replaced()->number, support::someClient()->number());
    EXPECT_EQ(second.replaced()->id, support::someClient()->id());
    old.end();
    settle();
    EXPECT_FALSE(second.replaced()) << "it has left by itself, and the name is the second one's";
}

TEST_F(TakeoverTest, WithoutItTheNameIsBusy) {
    const TestPublisher old(near_, registry_);
    EXPECT_FALSE(registry_.reserve(streamOne()));
    EXPECT_TRUE(registry_.isTaken(streamOne()));
    EXPECT_FALSE(registry_.isTaken(streamOne(), kOn.takeover));
}

TEST_F(TakeoverTest, WhoIsStillBeingAskedAboutIsNotReplaced) {
    const auto asked = registry_.reserve(streamOne());
    EXPECT_FALSE(isItsTurn(streamOne(), kOn));
    EXPECT_FALSE(registry_.isTaken(streamOne(), kOn.takeover)) << "it may be refused";
}

TEST_F(TakeoverTest, AStalePublisherIsOneThatHasSentNothingForSoLong) {
    TestPublisher old(near_, registry_);
    near_.pass(1999);
    EXPECT_FALSE(registry_.reserve(streamOne(), kStale)) << "it has just begun";
    old.key(0, "K");
    near_.pass(1999);
    EXPECT_FALSE(registry_.reserve(streamOne(), kStale));
    near_.pass(1);
    const TestPublisher next(far_, registry_, streamOne(), kStale);
    settle();
    EXPECT_FALSE(old.isPublishing());
}

TEST_F(TakeoverTest, WhenTheOldOneLeavesByItselfTheNewOneHasTheName) {
    TestPublisher old(near_, registry_);
    auto reserved = registry_.reserve(streamOne(), kOn);
    ASSERT_TRUE(reserved);
    old.end();
    EXPECT_FALSE(isItsTurn(streamOne(), {}));
    auto taken = std::make_shared<int>(0);
    auto ticket = std::make_shared<hooks::Ticket>(freeTicket(far_, hooks::HookAction::Publish));
    far_.runner.run([&] {
        reserved.value().take(std::move(*ticket), far_.runner.loop(), [&](const hooks::Ticket& /*t*/) { ++*taken; });
        EXPECT_EQ(*taken, 1) << "at once";
    });
}

TEST_F(TakeoverTest, PlayersAreToldTheEndWhenTheNewOneLeavesBeforeItPublishes) {
    TestPlayer player(near_, registry_, format_);
    TestPublisher old(near_, registry_);
    old.key(0, "K");
    EXPECT_EQ(got(player), "{-|-|-@0}<K@0>");
    auto reserved = std::make_optional(registry_.reserve(streamOne(), kOn).take());
    auto ticket = std::make_shared<hooks::Ticket>(freeTicket(far_, hooks::HookAction::Publish));
    far_.runner.run([&] {
        reserved->take(std::move(*ticket), far_.runner.loop(),
                       [](const hooks::Ticket& /*t*/) { ADD_FAILURE() << "it has left"; });
        // Its loop is busy here until the old one has ended, so that it leaves with the name just given to it.
        near_.runner.settle();
        EXPECT_FALSE(old.isPublishing());
        reserved.reset();
    });
    EXPECT_EQ(endsOf(player, near_), 1U);
    EXPECT_TRUE(registry_.reserve(streamOne()));
}

TEST_F(TakeoverTest, APlayerThatCannotGoOnIsToldTheEnd) {
    const FixedFormat fixed;
    TestPlayer player(near_, registry_, fixed);
    TestPublisher old(near_, registry_);
    old.key(0, "K");
    EXPECT_EQ(got(player), "K");
    const TestPublisher next(far_, registry_, streamOne(), kOn);
    EXPECT_EQ(endsOf(player, near_), 1U);
}

TEST_F(TakeoverTest, TheOldOnesClosingEventLeavesOnceBeforeTheNewOnePublishes) {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onUnpublish = {"http://a/unpublish"};
    near_.transport.answerAlways("http://a/unpublish", support::yes());
    support::GateClient client(near_, hooks);
    client.ask(hooks::HookAction::Publish);
    ASSERT_TRUE(client.verdict.wait());
    std::unique_ptr<Publication> old;
    near_.runner.run([&] {
        client.withTicketOnLoop([&](auto& ticket) {
            old = registry_.publish(std::move(*ticket), registry_.reserve(support::someStream()).take(),
                                    near_.runner.loop(), std::make_shared<config::VhostConfig>(),
                                    [&](const std::string& reason) {
                                        old->ticket().setReason(reason);
                                        old.reset();
                                    });
            ticket.reset();
        });
    });
    auto reserved = registry_.reserve(support::someStream(), kOn);
    ASSERT_TRUE(reserved);
    auto ticket = std::make_shared<hooks::Ticket>(freeTicket(near_, hooks::HookAction::Publish));
    std::size_t toldBefore = 0;
    near_.runner.run([&] {
        reserved.value().take(std::move(*ticket), near_.runner.loop(),
                              [&](const hooks::Ticket& /*t*/) { toldBefore = near_.transport.urls().size(); });
    });
    settle();
    EXPECT_EQ(toldBefore, 1U);
    ASSERT_TRUE(near_.admission.drain(30'000));
    ASSERT_EQ(near_.transport.urls().size(), 1U);
    EXPECT_NE(near_.transport.requests().front().body.find("another publisher"), std::string::npos);
}

TEST_F(TakeoverTest, ManyInARowLeaveOnePublisher) {
    std::vector<std::unique_ptr<TestPublisher>> publishers;
    for (int i = 0; i < 20; ++i) {
        publishers.push_back(std::make_unique<TestPublisher>(i % 2 == 0 ? near_ : far_, registry_, streamOne(), kOn));
        settle();
    }
    std::size_t publishing = 0;
    for (const auto& publisher : publishers) publishing += publisher->isPublishing() ? 1 : 0;
    EXPECT_EQ(publishing, 1U);
    EXPECT_TRUE(publishers.back()->isPublishing());
    publishers.clear();
    EXPECT_EQ(registry_.streamId(streamOne()), "");
}

} // namespace
} // namespace hookcast::hub
