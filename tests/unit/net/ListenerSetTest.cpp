#include "net/ListenerSet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::net {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

config::ListenAddress at(std::uint16_t port) {
    config::ListenAddress address;
    address.port = port;
    return address;
}

/// Sockets are their ports.
class ListenerSetTest : public ::testing::Test {
  protected:
    using Set = ListenerSet<int>;

    Set::Bound bind(const std::vector<config::ListenAddress>& addresses) {
        return set_.bindMissing(addresses, [this](const config::ListenAddress& address) {
            if (address.port == taken_) throw std::runtime_error("taken");
            story_.push_back("bind " + std::to_string(address.port));
            return static_cast<int>(address.port);
        });
    }

    void serve(const std::vector<config::ListenAddress>& addresses, Set::Bound bound) {
        set_.change(
            addresses, std::move(bound),
            [this](const config::ListenAddress& address, int socket) {
                EXPECT_EQ(address.port, socket);
                story_.push_back("begin " + std::to_string(socket));
            },
            [this](int socket) { story_.push_back("end " + std::to_string(socket)); });
    }

    std::vector<int> ports() const {
        std::vector<int> ports;
        for (const auto& address : set_.addresses()) ports.push_back(address.port);
        return ports;
    }

    Set set_;
    int taken_ = 0;
    std::vector<std::string> story_;
};

TEST_F(ListenerSetTest, BindsWhatIsMissingAndBeginsNewOnesBeforeOldOnesEnd) {
    const std::vector first{at(1), at(2)};
    serve(first, bind(first));
    EXPECT_THAT(story_, ElementsAre("bind 1", "bind 2", "begin 1", "begin 2"));
    story_.clear();
    const std::vector then{at(2), at(3)};
    serve(then, bind(then));
    EXPECT_THAT(story_, ElementsAre("bind 3", "begin 3", "end 1"));
    EXPECT_THAT(ports(), ElementsAre(2, 3));
}

TEST_F(ListenerSetTest, WhatIsBoundAndNotServedChangesNothing) {
    const std::vector first{at(1)};
    serve(first, bind(first));
    static_cast<void>(bind({at(2)}));
    EXPECT_THAT(ports(), ElementsAre(1));
    taken_ = 4;
    EXPECT_THROW(bind({at(3), at(4)}), std::runtime_error);
    EXPECT_THAT(ports(), ElementsAre(1));
}

TEST_F(ListenerSetTest, NowhereEndsAll) {
    const std::vector first{at(1), at(2)};
    serve(first, bind(first));
    story_.clear();
    serve({}, {});
    EXPECT_THAT(story_, ElementsAre("end 1", "end 2"));
    EXPECT_THAT(ports(), IsEmpty());
}

} // namespace
} // namespace hookcast::net
