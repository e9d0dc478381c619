#include "hooks/ClientBook.h"

#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace hookcast::hooks {
namespace {

class ClientBookTest : public testing::Test {
  protected:
    ClientBook::Listing enter(std::uint64_t number) {
        ClientPort port{[] {
                            return net::SessionPort::Traffic{0, 0};
                        },
                        [this](const std::string& why) { kicked_ = why; }};
        return book_.enter(std::make_shared<AdmittedClient>(support::someEvent(HookAction::Play, number),
                                                            gate_.runner.loop(), std::move(port)));
    }

    support::HookGate gate_;
    ClientBook book_;
    std::string kicked_;
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

TEST_F(ClientBookTest, AKickReachesTheSessionOnItsLoop) {
    std::optional<ClientBook::Listing> listing;
    gate_.runner.run([&] { listing.emplace(enter(7)); });
    ClientBook::kick(book_.find("7"), "out");
    gate_.runner.settle();
    EXPECT_EQ(kicked_, "out");
    gate_.runner.run([&] { listing.reset(); });
}

TEST_F(ClientBookTest, AKickThatComesTooLateReachesNobody) {
    gate_.runner.run([&] {
        const ClientBook::Listing listing = enter(7);
        ClientBook::kick(book_.find("7"), "out");
    });
    gate_.runner.settle();
    EXPECT_EQ(kicked_, "");
}

} // namespace
} // namespace hookcast::hooks
