#include "visits/ClientBook.h"
#include "visits/ClientCensus.h"

#include "unit/support/HookGate.h"
#include "unit/visits/TestVisitor.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace hookcast::visits {
namespace {

class ClientBookTest : public testing::Test {
  protected:
    ClientBook::Listing enter(std::uint64_t number) {
        return book_.enter(std::make_shared<AdmittedClient>(
            std::make_shared<const hooks::HookEvent>(support::someEvent(hooks::HookAction::Play, number)),
            gate_.runner.loop(), visitor_));
    }

    support::HookGate gate_;
    ClientBook book_;
    TestVisitor visitor_;
};

TEST_F(ClientBookTest, AnEntryLastsAsLongAsItsListing) {
    std::optional<ClientBook::Listing> one;
    gate_.runner.run([&] {
        one.emplace(enter(7));
        const ClientBook::Listing two = enter(8);
        EXPECT_EQ(book_.size(), 2U);
    });
    EXPECT_EQ(book_.size(), 1U);
    EXPECT_NE(book_.find("7"), nullptr);
    EXPECT_EQ(book_.find("8"), nullptr);
    gate_.runner.run([&] { one.reset(); });
    EXPECT_TRUE(book_.all().empty());
}

TEST_F(ClientBookTest, FindsByNumberAndById) {
    gate_.runner.run([&] {
        const ClientBook::Listing listing = enter(12);
        EXPECT_EQ(book_.find("12"), book_.find("abcd1234"));
        EXPECT_NE(book_.find("12"), nullptr);
        EXPECT_EQ(book_.find("12"), book_.find(book_.find("12")->opening.client->logName()));
        EXPECT_EQ(book_.find("12x"), nullptr);
        EXPECT_EQ(book_.find(""), nullptr);
        EXPECT_EQ(book_.find("99999999999999999999999"), nullptr);
    });
}

TEST_F(ClientBookTest, ASuccessorIsNotRemovedByWhoWasThereBefore) {
    gate_.runner.run([&] {
        std::optional<ClientBook::Listing> first(enter(7));
        const ClientBook::Listing second = enter(7);
        first.reset();
        EXPECT_EQ(book_.size(), 1U);
    });
}

TEST_F(ClientBookTest, SumsUpWhatAllHaveSentAlsoThoseWhoLeft) {
    const auto sentByPlayers = [this](const std::vector<ClientFigures>& present) {
        return book_.totals(present)[static_cast<std::size_t>(config::Protocol::Rtmp)].sentBytes;
    };
    std::optional<ClientBook::Listing> first;
    gate_.runner.run([&] {
        visitor_.now = {1000, 0}; // before it was let in
        first.emplace(enter(7));
        visitor_.now = {1300, 0};
    });
    std::vector<ClientFigures> present;
    takeCensus(book_.all(), [&present](auto figures) { present = std::move(figures); });
    gate_.runner.settle();
    EXPECT_EQ(sentByPlayers(present), 300U);
    gate_.runner.run([&] {
        visitor_.now = {1350, 0};
        first.reset();
    });
    EXPECT_EQ(sentByPlayers(present), 350U) << "who left since the census counts once";
    EXPECT_EQ(sentByPlayers({}), 350U);
    EXPECT_EQ(book_.totals({})[static_cast<std::size_t>(config::Protocol::Srt)].sentBytes, 0U);
}

TEST_F(ClientBookTest, AKickReachesTheSessionOnItsLoop) {
    std::optional<ClientBook::Listing> listing;
    gate_.runner.run([&] { listing.emplace(enter(7)); });
    ClientBook::kick(book_.find("7"), "out");
    gate_.runner.settle();
    EXPECT_EQ(visitor_.endedBy, "out");
    gate_.runner.run([&] { listing.reset(); });
}

TEST_F(ClientBookTest, AKickThatComesTooLateReachesNobody) {
    gate_.runner.run([&] {
        const ClientBook::Listing listing = enter(7);
        ClientBook::kick(book_.find("7"), "out");
    });
    gate_.runner.settle();
    EXPECT_EQ(visitor_.endedBy, "");
}

} // namespace
} // namespace hookcast::visits
