// Names that other servers share, and what is pulled from them.
#include "hub/SharedNames.h"

#include "hub/StreamRegistry.h"

#include "unit/hub/RegistryBench.h"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ClaimTerms termsOf(Claimant claimant) {
    ClaimTerms terms;
    terms.claimant = claimant;
    return terms;
}

/// The others, as the test wants them.
class Others final : public SharedNames {
  public:
    void claim(const Claim& claim, OnClaimed onClaimed) override {
        calls.push_back(claim.isCapture ? "capture" : "claim");
        if (answer)
            onClaimed(*answer);
        else
            waiting = std::move(onClaimed);
    }
    void move(const Claim& /*claim*/, std::function<void()> onMoved) override {
        calls.emplace_back("move");
        moving = std::move(onMoved);
    }
    void release(const Claim& /*claim*/) override { calls.emplace_back("release"); }
    bool isPublishedElsewhere(const hooks::StreamKey& /*key*/) const override { return isElsewhere; }

    std::optional<base::Result<Standing>> answer = base::Result<Standing>(Standing::Here);
    OnClaimed waiting;
    std::function<void()> moving;
    std::vector<std::string> calls;
    bool isElsewhere = false;
};

class Listener final : public StreamListener {
  public:
    void onPublish(const PublishedStreamPtr& /*stream*/, Publication& /*publication*/) override { ++published; }
    void onUnpublish(const PublishedStreamPtr& /*stream*/) override { ++unpublished; }
    int published = 0;
    int unpublished = 0;
};

class SharedNamesTest : public testing::Test {
  protected:
    SharedNamesTest() {
        registry_.shareNames(others_);
        registry_.addListener(listener_);
    }

    void settle() {
        for (int i = 0; i < 5; ++i) gate_.runner.settle();
    }

    Others others_;
    Listener listener_;
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate gate_;
};

TEST_F(SharedNamesTest, WhoPublishesAsksTheOthersFirstAndGivesTheNameBackLast) {
    TestPublisher publisher(gate_, registry_);
    settle();
    EXPECT_TRUE(publisher.isPublishing());
    EXPECT_THAT(others_.calls, ElementsAre("claim"));
    publisher.end();
    settle();
    EXPECT_THAT(others_.calls, ElementsAre("claim", "release"));
}

TEST_F(SharedNamesTest, WhoIsAnsweredNoHasNoTurn) {
    others_.answer = base::Result<SharedNames::Standing>(base::Error{"on node b"});
    std::string why;
    gate_.runner.run([&] {
        auto reserved = std::make_shared<std::optional<Reservation>>(registry_.reserve(streamOne()).take());
        (*reserved)->await(gate_.runner.loop(), [&why, reserved](const base::Result<void>& turn) {
            why = turn ? "its turn" : turn.error().message;
            reserved->reset();
        });
    });
    settle();
    EXPECT_EQ(why, "on node b");
    EXPECT_THAT(others_.calls, ElementsAre("claim", "release"));
}

TEST_F(SharedNamesTest, WhoLeavesWhileTheOthersThinkHearsNothing) {
    others_.answer.reset();
    bool isTold = false;
    gate_.runner.run([&] {
        auto reserved = registry_.reserve(streamOne()).take();
        reserved.await(gate_.runner.loop(), [&isTold](const auto& /*turn*/) { isTold = true; });
    });
    EXPECT_THAT(others_.calls, ElementsAre("claim", "release"));
    others_.waiting(SharedNames::Standing::Here);
    settle();
    EXPECT_FALSE(isTold);
    EXPECT_TRUE(registry_.reserve(streamOne()));
}

TEST_F(SharedNamesTest, WhatIsElsewhereIsMovedBeforeItIsPublished) {
    others_.answer = base::Result<SharedNames::Standing>(SharedNames::Standing::Elsewhere);
    TestPublisher publisher(gate_, registry_);
    settle();
    EXPECT_FALSE(publisher.isPublishing());
    ASSERT_TRUE(others_.moving);
    others_.moving();
    settle();
    EXPECT_TRUE(publisher.isPublishing());
    publisher.end();
    settle();
    EXPECT_THAT(others_.calls, ElementsAre("claim", "move", "release"));
}

TEST_F(SharedNamesTest, WhoHasLostANameIsEnded) {
    TestPublisher publisher(gate_, registry_);
    settle();
    registry_.evict(streamOne(), "node b has it");
    settle();
    EXPECT_EQ(publisher.evictedBy(), "node b has it");
    registry_.evict({"v", "live", "nobody's"}, "");
}

TEST_F(SharedNamesTest, OnlyWhoMayReplaceNobodyIsTurnedAwayForWhatIsElsewhere) {
    others_.isElsewhere = true;
    EXPECT_TRUE(registry_.isTaken(streamOne()));
    EXPECT_FALSE(registry_.isTaken(streamOne(), {config::TakeoverConfig::Policy::On, 0}));
}

TEST_F(SharedNamesTest, APullAsksNobodyAndIsNoneOfTheListenersBusiness) {
    TestPublisher pull(gate_, registry_, streamOne(), termsOf(Claimant::Pull));
    settle();
    EXPECT_TRUE(pull.isPublishing());
    EXPECT_THAT(others_.calls, IsEmpty());
    pull.end();
    EXPECT_EQ(listener_.published + listener_.unpublished, 0);
}

TEST_F(SharedNamesTest, APullYieldsToWhoPublishesHereAndPlayersStay) {
    TestPlayer player(gate_, registry_, format_);
    TestPublisher pull(gate_, registry_, streamOne(), termsOf(Claimant::Pull));
    pull.key(0, "P");
    settle();
    EXPECT_THAT(player.got(), HasSubstr("<P@0>"));
    TestPublisher publisher(gate_, registry_);
    settle();
    EXPECT_FALSE(pull.isPublishing());
    publisher.key(0, "K");
    settle();
    EXPECT_THAT(player.got(), HasSubstr("<K@"));
    EXPECT_EQ(gate_.runner.run([&] { return player.subscriber.ends; }), 0U);
    EXPECT_FALSE(registry_.reserve(streamOne(), termsOf(Claimant::Pull))) << "it replaces no client";
}

TEST_F(SharedNamesTest, APullReplacesACaptureThatHasMoved) {
    TestPlayer player(gate_, registry_, format_);
    TestPublisher capture(gate_, registry_, streamOne(), termsOf(Claimant::Capture));
    settle();
    EXPECT_THAT(others_.calls, ElementsAre("capture"));
    capture.key(0, "C");
    TestPublisher pull(gate_, registry_, streamOne(), termsOf(Claimant::Pull));
    settle();
    EXPECT_FALSE(capture.isPublishing());
    pull.key(0, "P");
    settle();
    EXPECT_THAT(player.got(), HasSubstr("<P@"));
    EXPECT_EQ(gate_.runner.run([&] { return player.subscriber.ends; }), 0U);
}

} // namespace
} // namespace hookcast::hub
