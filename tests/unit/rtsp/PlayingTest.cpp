#include "rtsp/Playing.h"

#include "unit/rtsp/StillPort.h"
#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace hookcast::rtsp {
namespace {

class PlayingTest : public ::testing::Test {
  public:
    ~PlayingTest() override {
        gate_.runner.run([&] {
            playing_.reset();
            dialogue_.reset();
        });
    }

  protected:
    PlayingTest() {
        gate_.runner.run([&] {
            dialogue_.emplace(context_, config_.get(), gate_.runner.loop(), port_,
                              visits::Caller{1, "rtsp-1", config::Protocol::Rtsp, "127.0.0.1"});
            playing_.emplace(*dialogue_);
        });
    }

    std::string expected() {
        gate_.runner.settle();
        return gate_.runner.run([&] { return port_.expected; });
    }

    support::HookGate gate_;
    config::CurrentConfig config_{std::make_shared<config::Config>()};
    hub::StreamRegistry registry_{64 * 1024 * 1024, 4096};
    visits::ClientNumbers numbers_;
    visits::ClientBook clients_;
    RtspFormat format_{gate_.clock};
    UdpPorts ports_{40000, 40010};
    ServerContext context_{{gate_.admission, registry_, clients_, gate_.log, numbers_, config_}, format_, ports_};
    StillPort port_; ///< loop only, as all below
    std::optional<Dialogue> dialogue_;
    std::optional<Playing> playing_; ///< the next one is where the last one was
};

TEST_F(PlayingTest, APlayerWhosePublisherHasLeftIsToLeave) {
    gate_.runner.run([&] { playing_->onPublisherLeft(); });
    EXPECT_EQ(expected(), "the publisher has left");
}

/// The publisher goes, comes and goes again, and then the player itself.
TEST_F(PlayingTest, WhatOneThatHasLeftWaitedForIsNoOthersEnd) {
    gate_.runner.run([&] {
        playing_->onPublisherLeft();
        playing_->onPublisherLeft();
        playing_.reset();
        playing_.emplace(*dialogue_);
    });
    EXPECT_EQ(expected(), "");
}

} // namespace
} // namespace hookcast::rtsp
