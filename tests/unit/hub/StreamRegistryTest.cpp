#include "hub/StreamRegistry.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

/// Publishers and players on two loops: `near_` is where the test publishes unless it says otherwise.
class StreamRegistryTest : public ::testing::Test {
  protected:
    /// Everything that one loop posted to the other, and that to the first, has arrived.
    void settle() {
        for (int i = 0; i < 3; ++i) {
            near_.runner.settle();
            far_.runner.settle();
        }
    }

    std::string got(TestPlayer& player) {
        settle();
        return player.got();
    }

    /// Whether the backends would be asked at once about somebody who wants this name.
    bool isFree(const hooks::StreamKey& key) {
        return near_.runner.run([&] {
            auto reserved = registry_.reserve(key);
            bool isItsTurn = false;
            if (reserved) reserved.value().await(near_.runner.loop(), [&](const auto& turn) { isItsTurn = turn.ok(); });
            return isItsTurn;
        });
    }

    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate near_;
    support::HookGate far_;
};

TEST_F(StreamRegistryTest, ANameHasOnePublisher) {
    std::optional<Reservation> first(registry_.reserve(streamOne()).take());
    EXPECT_EQ(first->key(), streamOne());
    EXPECT_FALSE(isFree(streamOne()));
    EXPECT_TRUE(isFree({"v", "live", "two"}));
    EXPECT_TRUE(isFree({"w", "live", "one"})) << "another vhost's stream is another stream";
    first.reset();
    const TestPublisher publisher(near_, registry_);
    const auto second = registry_.reserve(streamOne());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "somebody publishes this stream already");
}

TEST_F(StreamRegistryTest, AReservationThatMovedIsReleasedOnce) {
    std::optional<Reservation> first(registry_.reserve(streamOne()).take());
    std::optional<Reservation> moved(std::move(*first));
    first.reset();
    EXPECT_FALSE(isFree(streamOne()));
    moved.reset();
    EXPECT_TRUE(isFree(streamOne()));
}

TEST_F(StreamRegistryTest, APublicationHoldsTheNameUntilItEnds) {
    auto publisher = std::make_unique<TestPublisher>(near_, registry_);
    EXPECT_FALSE(registry_.reserve(streamOne()));
    publisher.reset();
    EXPECT_TRUE(registry_.reserve(streamOne()));
}

TEST_F(StreamRegistryTest, AStreamHasAnIdForItsLife) {
    EXPECT_EQ(registry_.streamId(streamOne()), "");
    auto player = std::make_unique<TestPlayer>(near_, registry_, format_);
    const std::string id = registry_.streamId(streamOne());
    EXPECT_TRUE(id.starts_with("vid-")) << id;
    auto publisher = std::make_unique<TestPublisher>(near_, registry_);
    player.reset();
    EXPECT_EQ(registry_.streamId(streamOne()), id);
    publisher.reset();
    EXPECT_EQ(registry_.streamId(streamOne()), "") << "nobody is left";
    const TestPlayer later(near_, registry_, format_);
    EXPECT_NE(registry_.streamId(streamOne()), id);
}

TEST_F(StreamRegistryTest, PlayersOnEveryLoopGetTheStream) {
    TestPublisher publisher(near_, registry_);
    publisher.config("C");
    publisher.key(0, "K");
    TestPlayer here(near_, registry_, format_);
    TestPlayer there(far_, registry_, format_);
    EXPECT_EQ(got(here), "{-|C|-@0}<K@0>");
    EXPECT_EQ(got(there), "{-|C|-@0}<K@0>");
    publisher.video(40, "v");
    EXPECT_EQ(got(here), "<v@40>");
    EXPECT_EQ(got(there), "<v@40>");
    EXPECT_EQ(format_.appended(), 2U) << "written once for both loops";
}

TEST_F(StreamRegistryTest, PlayersMayComeBeforeThePublisher) {
    TestPlayer here(near_, registry_, format_);
    TestPlayer there(far_, registry_, format_);
    EXPECT_EQ(got(there), "");
    TestPublisher publisher(near_, registry_);
    publisher.key(0, "K");
    EXPECT_EQ(got(here), "{-|-|-@0}<K@0>");
    EXPECT_EQ(got(there), "{-|-|-@0}<K@0>");
}

TEST_F(StreamRegistryTest, StreamsAndFormatsDoNotMix) {
    const TextFormat other("other");
    TestPublisher one(near_, registry_);
    TestPublisher two(far_, registry_, {"v", "live", "two"});
    TestPlayer playsOne(near_, registry_, format_);
    TestPlayer playsTwo(near_, registry_, other, {"v", "live", "two"});
    one.key(0, "K1");
    two.key(0, "K2");
    EXPECT_EQ(got(playsOne), "{-|-|-@0}<K1@0>");
    EXPECT_EQ(got(playsTwo), "{-|-|-@0}<K2@0>");
    EXPECT_EQ(format_.appended(), 1U);
    EXPECT_EQ(other.appended(), 1U);
}

TEST_F(StreamRegistryTest, WhoStaysSeesTimeGoOnWithTheNextPublication) {
    TestPlayer here(near_, registry_, format_);
    TestPlayer there(far_, registry_, format_);
    {
        TestPublisher publisher(near_, registry_);
        publisher.config("old");
        publisher.key(1000, "K");
        publisher.video(1900, "v");
    }
    got(here);
    got(there);
    TestPublisher next(far_, registry_);
    next.config("new");
    next.key(0, "N");
    next.video(40, "n");
    EXPECT_EQ(got(here), "{-|new|-@1440}<N@1440><n@1480>");
    EXPECT_EQ(got(there), "{-|new|-@1440}<N@1440><n@1480>");
}

TEST_F(StreamRegistryTest, APublicationThatSentNothingDoesNotTurnTimeBack) {
    TestPlayer player(far_, registry_, format_);
    {
        TestPublisher publisher(near_, registry_);
        publisher.key(5000, "K");
    }
    { const TestPublisher silent(near_, registry_); }
    got(player);
    TestPublisher next(near_, registry_);
    next.key(0, "N");
    const std::string text = got(player);
    EXPECT_TRUE(text == "{-|-|-@540}<N@540>" || text == "{-|-|-@580}<N@580>") << text;
}

TEST_F(StreamRegistryTest, WithNobodyThereTimeBeginsAnew) {
    {
        TestPublisher publisher(near_, registry_);
        publisher.key(5000, "K");
    }
    TestPublisher next(near_, registry_);
    TestPlayer player(far_, registry_, format_);
    next.key(70, "N");
    EXPECT_EQ(got(player), "{-|-|-@70}<N@70>");
}

TEST_F(StreamRegistryTest, ANewPlayerAfterTheEndGetsNoOldPictures) {
    TestPlayer stayed(near_, registry_, format_);
    auto publisher = std::make_unique<TestPublisher>(near_, registry_);
    publisher->key(100, "K");
    EXPECT_EQ(got(stayed), "{-|-|-@100}<K@100>");
    publisher.reset();
    settle();
    TestPlayer late(near_, registry_, format_);
    TestPlayer lateElsewhere(far_, registry_, format_);
    EXPECT_EQ(got(late), "");
    EXPECT_EQ(got(lateElsewhere), "");
    TestPublisher next(near_, registry_);
    next.key(0, "N");
    EXPECT_EQ(got(late), "{-|-|-@140}<N@140>");
    EXPECT_EQ(got(lateElsewhere), "{-|-|-@140}<N@140>");
}

TEST_F(StreamRegistryTest, WhoJoinsAPublicationIsToldOfItsEndAndWhoComesLaterOfNothing) {
    auto publisher = std::make_unique<TestPublisher>(near_, registry_);
    TestPlayer player(far_, registry_, format_);
    publisher.reset();
    EXPECT_TRUE(player.wasPublished());
    TestPlayer late(far_, registry_, format_);
    EXPECT_FALSE(late.wasPublished());
    settle();
    EXPECT_EQ(player.subscriber.ends, 1U);
}

TEST_F(StreamRegistryTest, TheLastPlayerOfALoopEndsItsShare) {
    TestPublisher publisher(near_, registry_);
    auto there = std::make_unique<TestPlayer>(far_, registry_, format_);
    settle();
    publisher.key(0, "K");
    EXPECT_EQ(format_.appended(), 1U);
    there.reset();
    settle();
    publisher.video(40, "v");
    EXPECT_EQ(format_.appended(), 1U) << "nobody needs it written";
    TestPlayer again(far_, registry_, format_);
    EXPECT_EQ(got(again), "{-|-|-@0}<K@0><v@40>") << "and who comes again finds the pictures";
}

TEST_F(StreamRegistryTest, EverythingMayEndInAnyOrder) {
    for (int order = 0; order < 6; ++order) {
        auto publisher = std::make_unique<TestPublisher>(near_, registry_);
        auto here = std::make_unique<TestPlayer>(near_, registry_, format_);
        auto there = std::make_unique<TestPlayer>(far_, registry_, format_);
        publisher->key(0, "K");
        // What they posted to each other is still under way.
        const std::vector<std::function<void()>> ends = {[&] { publisher.reset(); }, [&] { here.reset(); },
                                                         [&] { there.reset(); }};
        const std::vector<std::vector<std::size_t>> orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                                              {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (const std::size_t end : orders[static_cast<std::size_t>(order)]) ends[end]();
        settle();
        EXPECT_EQ(registry_.streamId(streamOne()), "") << "order " << order;
    }
}

TEST_F(StreamRegistryTest, AReservationThatCameToNothingLeavesPlayersWaiting) {
    TestPlayer player(near_, registry_, format_);
    registry_.reserve(streamOne()).take();
    EXPECT_NE(registry_.streamId(streamOne()), "");
    TestPublisher publisher(far_, registry_);
    publisher.key(0, "K");
    EXPECT_EQ(got(player), "{-|-|-@0}<K@0>");
}

/// A successor must not be heard of before the end of its predecessor.
TEST(StreamRegistryOrder, TheNameIsFreeOnlyWhenTheClosingEventHasLeft) {
    support::HookGate gate;
    StreamRegistry registry(1024 * 1024, 4096);
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onUnpublish = {"http://a/unpublish"};
    support::GateClient client(gate, hooks);
    client.ask(hooks::HookAction::Publish);
    ASSERT_TRUE(client.verdict.wait());
    gate.transport.answerAlways("http://a/unpublish", support::yes());
    gate.runner.run([&] {
        client.withTicketOnLoop([&](auto& ticket) {
            auto publication =
                registry.publish(std::move(*ticket), registry.reserve(support::someStream()).take(), gate.runner.loop(),
                                 std::make_shared<config::VhostConfig>(), [](const std::string& /*reason*/) {});
            ticket.reset();
            EXPECT_EQ(publication->ticket().event().stream().name, "one");
            publication.reset();
        });
        EXPECT_EQ(gate.admission.openJobs(), 1U);
        EXPECT_TRUE(registry.reserve(support::someStream()));
    });
    ASSERT_TRUE(gate.transport.waitForCalls(1));
    ASSERT_TRUE(gate.admission.drain(30'000));
}

} // namespace
} // namespace hookcast::hub
