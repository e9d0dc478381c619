// Several who want one name: who is only being asked about refuses nobody, and a ticket opens what it names.
#include "hub/StreamRegistry.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace hookcast::hub {
namespace {

using Policy = config::TakeoverConfig::Policy;

class ClaimTest : public ::testing::Test {
  protected:
    /// One who wants the name. What it hears: `yes`, an error, or nothing yet.
    struct Claimant {
        explicit Claimant(support::HookGate& itsGate) : gate(itsGate) {}
        ~Claimant() {
            gate.runner.run([this] { reservation.reset(); });
        }
        Claimant(const Claimant&) = delete;
        Claimant& operator=(const Claimant&) = delete;

        support::HookGate& gate;
        std::optional<Reservation> reservation;
        std::string heard;
    };

    std::unique_ptr<Claimant> claim(const std::string& address = "a", const config::TakeoverConfig& takeover = {},
                                    std::size_t queueLimit = 64) {
        auto claimant = std::make_unique<Claimant>(gate_);
        gate_.runner.run([&] {
            auto reserved = registry_.reserve(streamOne(), {takeover, address, queueLimit, 10'000});
            if (!reserved) {
                claimant->heard = reserved.error().message;
                return;
            }
            claimant->reservation.emplace(reserved.take());
            claimant->reservation->await(gate_.runner.loop(), [&heard = claimant->heard](const auto& turn) {
                heard = turn ? "yes" : turn.error().message;
            });
        });
        return claimant;
    }

    void refuse(Claimant& claimant) {
        gate_.runner.run([&] { claimant.reservation.reset(); });
        gate_.runner.settle();
    }

    std::string heardBy(const Claimant& claimant) {
        gate_.runner.settle();
        return gate_.runner.run([&] { return claimant.heard; });
    }

    support::HookGate gate_;
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
};

TEST_F(ClaimTest, TheOthersWaitForTheVerdictAndAreAskedAboutWhenItWasNo) {
    const auto first = claim();
    const auto second = claim();
    const auto third = claim();
    EXPECT_EQ(first->heard, "yes") << "at once";
    EXPECT_EQ(heardBy(*second), "");
    refuse(*first);
    EXPECT_EQ(heardBy(*second), "yes");
    EXPECT_EQ(heardBy(*third), "");
    refuse(*second);
    EXPECT_EQ(heardBy(*third), "yes");
    refuse(*third);
    EXPECT_EQ(registry_.streamId(streamOne()), "") << "nothing is left";
}

TEST_F(ClaimTest, WhenItWasYesTheyAreRefused) {
    const auto waitingAfter = [this] { return claim("b"); };
    const auto asked = claim();
    const auto waiting = waitingAfter();
    auto ticket = std::make_shared<hooks::Ticket>(freeTicket(gate_, hooks::HookAction::Publish));
    std::unique_ptr<Publication> publication;
    gate_.runner.run([&] {
        publication = registry_.publish(std::move(*ticket), std::move(*asked->reservation), gate_.runner.loop(),
                                        std::make_shared<config::VhostConfig>(), [](const std::string& /*why*/) {});
    });
    EXPECT_EQ(heardBy(*waiting), "somebody publishes this stream already");
    EXPECT_EQ(claim()->heard, "somebody publishes this stream already");
    gate_.runner.run([&] { publication.reset(); });
    EXPECT_EQ(claim()->heard, "yes");
}

TEST_F(ClaimTest, WaitingEndsWithItsTime) {
    const auto first = claim();
    const auto second = claim();
    gate_.pass(9'999);
    EXPECT_EQ(heardBy(*second), "");
    gate_.pass(1);
    EXPECT_EQ(heardBy(*second), "others were being asked about this stream until claim_timeout");
    refuse(*second);
    refuse(*first);
    EXPECT_EQ(registry_.streamId(streamOne()), "");
}

TEST_F(ClaimTest, WhoLeavesWhileWaitingKeepsNobodyWaiting) {
    const auto first = claim();
    const auto second = claim();
    const auto third = claim();
    refuse(*second);
    refuse(*first);
    EXPECT_EQ(heardBy(*third), "yes");
}

TEST_F(ClaimTest, OneAddressDoesNotKeepAnotherWaiting) {
    const auto first = claim("many");
    std::vector<std::unique_ptr<Claimant>> others;
    for (int i = 0; i < 16; ++i) others.push_back(claim("many"));
    const auto honest = claim("honest");
    refuse(*first);
    EXPECT_EQ(heardBy(*others.front()), "yes");
    refuse(*others.front());
    EXPECT_EQ(heardBy(*honest), "yes") << "before the other fifteen";
}

TEST_F(ClaimTest, TheQueueIsBoundedAndTheManyGiveWay) {
    const auto first = claim("many");
    const auto second = claim("many", {}, 2);
    const auto third = claim("many", {}, 2);
    EXPECT_EQ(claim("many", {}, 2)->heard, "too many others want to publish this stream");
    const auto honest = claim("honest", {}, 2);
    EXPECT_EQ(heardBy(*third), "too many others want to publish this stream");
    EXPECT_EQ(heardBy(*second), "");
    refuse(*third);
    refuse(*first);
    EXPECT_EQ(heardBy(*second), "yes");
    refuse(*second);
    EXPECT_EQ(heardBy(*honest), "yes");
}

TEST_F(ClaimTest, RefusedOnesKeepNoComeBackFromTakingOver) {
    const config::TakeoverConfig on{Policy::On, 2000};
    TestPublisher old(gate_, registry_);
    const auto stranger = claim("stranger", on);
    EXPECT_EQ(stranger->heard, "yes") << "its backends may be asked";
    const auto comeBack = claim("honest", on);
    EXPECT_EQ(heardBy(*comeBack), "");
    refuse(*stranger);
    EXPECT_EQ(heardBy(*comeBack), "yes");
    EXPECT_TRUE(old.isPublishing());
}

TEST_F(ClaimTest, ATicketOpensTheStreamThatItNames) {
    auto ticket =
        std::make_shared<hooks::Ticket>(freeTicket(gate_, hooks::HookAction::Publish, {"v", "public", "one"}));
    gate_.runner.run([&] {
        EXPECT_THROW(registry_.publish(std::move(*ticket), registry_.reserve({"v", "secret", "one"}).take(),
                                       gate_.runner.loop(), std::make_shared<config::VhostConfig>(),
                                       [](const std::string& /*why*/) {}),
                     std::logic_error);
    });
    EXPECT_EQ(registry_.streamId({"v", "secret", "one"}), "");
}

TEST_F(ClaimTest, ATicketToPlayDoesNotPublishNorOneToPublishPlay) {
    auto toPlay = std::make_shared<hooks::Ticket>(freeTicket(gate_, hooks::HookAction::Play));
    auto toPublish = std::make_shared<hooks::Ticket>(freeTicket(gate_, hooks::HookAction::Publish));
    support::Subscriber subscriber;
    const TextFormat format;
    gate_.runner.run([&] {
        EXPECT_THROW(registry_.publish(std::move(*toPlay), registry_.reserve(streamOne()).take(), gate_.runner.loop(),
                                       std::make_shared<config::VhostConfig>(), [](const std::string& /*why*/) {}),
                     std::logic_error);
        EXPECT_THROW(registry_.play(std::move(*toPublish), gate_.runner.loop(), format, subscriber, promptVhost()),
                     std::logic_error);
    });
}

TEST_F(ClaimTest, WhoDidNotWaitForItsTurnDoesNotPublish) {
    const auto first = claim();
    auto ticket = std::make_shared<hooks::Ticket>(freeTicket(gate_, hooks::HookAction::Publish));
    gate_.runner.run([&] {
        EXPECT_THROW(registry_.publish(std::move(*ticket), registry_.reserve(streamOne()).take(), gate_.runner.loop(),
                                       std::make_shared<config::VhostConfig>(), [](const std::string& /*why*/) {}),
                     std::logic_error);
    });
}

} // namespace
} // namespace hookcast::hub
