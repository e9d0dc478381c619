#include "net/ConnectionBudget.h"

#include "unit/support/FakeClock.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace hookcast::net {
namespace {

using testing::HasSubstr;
using Limit = ConnectionBudget::Limit;

class ConnectionBudgetTest : public testing::Test {
  protected:
    static constexpr const char* kClient = "192.0.2.1";

    std::string refusalOf(const std::string& address) {
        auto place = budget_.take(address);
        if (!place) return place.error().message;
        places_.push_back(place.take());
        return {};
    }
    void take(const std::string& address, int count) {
        for (int i = 0; i < count; ++i) ASSERT_EQ(refusalOf(address), "") << i;
    }

    support::FakeClock clock_;
    ConnectionBudget budget_{{.connections = 8,
                              .perAddress = 4,
                              .unadmittedPerAddress = 2,
                              .perSecond = 5,
                              .exempt = base::IpNetwork::loopback()},
                             clock_};
    std::vector<ConnectionPlace> places_;
};

TEST_F(ConnectionBudgetTest, APlaceIsGivenBackOnceHoweverOftenItMoves) {
    {
        ConnectionPlace first = budget_.take(kClient).take();
        ConnectionPlace second = std::move(first);
        first = ConnectionPlace();
        second = std::move(second);
        EXPECT_EQ(budget_.open(), 1U);
    }
    EXPECT_EQ(budget_.open(), 0U);
    take(kClient, 2);
}

TEST_F(ConnectionBudgetTest, NobodyHasMoreThanAllThereAre) {
    take("127.0.0.1", 8);
    EXPECT_EQ(refusalOf("127.0.0.1"), "max_connections 8 is reached");
    EXPECT_EQ(budget_.refused(Limit::Connections), 1U);
    places_.pop_back();
    EXPECT_EQ(refusalOf(kClient), "");
}

TEST_F(ConnectionBudgetTest, AnAddressHasFewThatAreNotAdmitted) {
    take(kClient, 2);
    EXPECT_THAT(refusalOf(kClient), HasSubstr("unadmitted_per_address"));
    EXPECT_EQ(refusalOf("192.0.2.2"), "") << "others are not meant";
    places_.front().setAdmitted(true);
    EXPECT_EQ(refusalOf(kClient), "");
    places_.front().setAdmitted(false);
    places_.erase(places_.begin());
    EXPECT_THAT(refusalOf(kClient), HasSubstr("unadmitted_per_address"));
    EXPECT_EQ(budget_.refused(Limit::Unadmitted), 2U);
}

TEST_F(ConnectionBudgetTest, AnAddressHasItsShare) {
    for (int i = 0; i < 4; ++i) {
        take(kClient, 1);
        places_.back().setAdmitted(true);
    }
    EXPECT_THAT(refusalOf(kClient), HasSubstr("connections_per_address"));
    places_.pop_back();
    EXPECT_EQ(refusalOf(kClient), "");
}

TEST_F(ConnectionBudgetTest, ComingAndGoingIsBoundedToo) {
    for (int i = 0; i < 5; ++i) {
        take(kClient, 1);
        places_.clear();
    }
    EXPECT_THAT(refusalOf(kClient), HasSubstr("connection_rate"));
    EXPECT_THAT(budget_.refusal(kClient), HasSubstr("connection_rate"));
    clock_.advanceMs(200);
    EXPECT_EQ(budget_.refusal(kClient), "") << "asking takes nothing";
    EXPECT_EQ(refusalOf(kClient), "");
}

TEST_F(ConnectionBudgetTest, AnAddressOfIpv6IsItsNetwork) {
    take("2001:db8:0:1::1", 1);
    take("2001:db8:0:1:ffff::2", 1);
    EXPECT_THAT(refusalOf("2001:db8:0:1::3"), HasSubstr("unadmitted_per_address"));
    EXPECT_EQ(refusalOf("2001:db8:0:2::1"), "");
}

TEST_F(ConnectionBudgetTest, AnIpv4AddressIsOneHoweverItIsWritten) {
    take(kClient, 1);
    take("::ffff:192.0.2.1", 1);
    EXPECT_THAT(refusalOf(kClient), HasSubstr("unadmitted_per_address"));
}

TEST_F(ConnectionBudgetTest, APlaceMovesToWhereTheClientIs) {
    take("127.0.0.1", 3);
    EXPECT_TRUE(places_[0].moveTo(kClient).ok());
    EXPECT_TRUE(places_[1].moveTo(kClient).ok());
    EXPECT_THAT(places_[2].moveTo(kClient).error().message, HasSubstr("unadmitted_per_address"));
    EXPECT_TRUE(places_[0].moveTo("127.0.0.1").ok());
    EXPECT_TRUE(places_[2].moveTo(kClient).ok());
    EXPECT_EQ(budget_.open(), 3U);
}

TEST_F(ConnectionBudgetTest, WhoIsThereStaysWhenTheLimitFalls) {
    take("127.0.0.1", 3);
    budget_.setLimits({.connections = 2, .perAddress = 1, .unadmittedPerAddress = 1, .perSecond = 1, .exempt = {}});
    EXPECT_EQ(budget_.open(), 3U);
    EXPECT_EQ(refusalOf(kClient), "max_connections 2 is reached");
    places_.clear();
    EXPECT_EQ(budget_.open(), 0U);
    EXPECT_EQ(refusalOf(kClient), "");
}

TEST_F(ConnectionBudgetTest, TheDefaultsAreShares) {
    config::Config config;
    config.maxConnections = 1000;
    const auto limits = ConnectionBudget::Limits::of(config);
    EXPECT_EQ(limits.perAddress, 500U);
    EXPECT_EQ(limits.unadmittedPerAddress, 100U);
    config.maxConnections = 1;
    EXPECT_EQ(ConnectionBudget::Limits::of(config).perAddress, 1U);
    EXPECT_EQ(ConnectionBudget::Limits::of(config).unadmittedPerAddress, 16U);
    EXPECT_EQ(ConnectionBudget::Limits::ofApi(config).connections, 64U);
}

} // namespace
} // namespace hookcast::net
