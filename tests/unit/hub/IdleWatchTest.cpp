#include "hub/IdleWatch.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace hookcast::hub {
namespace {

/// Publishers who may be idle for five seconds.
class IdleWatchTest : public ::testing::Test {
  protected:
    IdleWatchTest() {
        vhost_->publish.kickoffForIdleMs = 5000;
        registry_.addListener(watch_);
    }
    ~IdleWatchTest() override {
        gate_.runner.run([&] { publication_.reset(); });
    }

    void publish(const std::shared_ptr<const config::CaptureConfig>& capture = nullptr) {
        auto ticket = std::make_shared<hooks::Ticket>(freeTicket(gate_, hooks::HookAction::Publish));
        gate_.runner.run([&] {
            publication_ = registry_.publish(
                std::move(*ticket), registry_.reserve(streamOne()).take(), gate_.runner.loop(), vhost_,
                [this](const std::string& reason) {
                    endedBy_ = reason;
                    publication_.reset();
                },
                FetchedBy{capture, 0, {}});
        });
    }
    std::string endedBy() {
        gate_.runner.settle();
        return gate_.runner.run([&] { return endedBy_; });
    }
    void pass(std::int64_t ms) {
        for (; ms > 0; ms -= 500) gate_.pass(500);
    }

    bool recorded_ = false;
    std::shared_ptr<config::VhostConfig> vhost_ = std::make_shared<config::VhostConfig>(promptVhost());
    IdleWatch watch_{[this](const PublishedStream&) { return recorded_; }};
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate gate_;
    std::unique_ptr<Publication> publication_;
    std::string endedBy_;
};

TEST_F(IdleWatchTest, EndsAPublisherWhomNobodyPlays) {
    publish();
    pass(4500);
    EXPECT_EQ(endedBy(), "");
    pass(500);
    EXPECT_EQ(endedBy(), "nobody has played it for kickoff_for_idle");
}

TEST_F(IdleWatchTest, CountsFromTheLastPlayersEnd) {
    publish();
    auto player = std::make_unique<TestPlayer>(gate_, registry_, format_);
    pass(20'000);
    EXPECT_EQ(endedBy(), "");
    player.reset();
    pass(4000);
    EXPECT_EQ(endedBy(), "");
    pass(1500);
    EXPECT_NE(endedBy(), "");
}

TEST_F(IdleWatchTest, LeavesARecordedOneAlone) {
    recorded_ = true;
    publish();
    pass(20'000);
    EXPECT_EQ(endedBy(), "");
}

TEST_F(IdleWatchTest, LeavesACaptureAlone) {
    publish(std::make_shared<config::CaptureConfig>());
    pass(20'000);
    EXPECT_EQ(endedBy(), "");
}

TEST_F(IdleWatchTest, IsOffByDefault) {
    vhost_->publish.kickoffForIdleMs = config::PublishConfig().kickoffForIdleMs;
    publish();
    pass(20'000);
    EXPECT_EQ(endedBy(), "");
}

TEST_F(IdleWatchTest, APublisherThatLeavesByItselfIsForgotten) {
    publish();
    gate_.runner.run([&] { publication_.reset(); });
    pass(20'000);
    EXPECT_EQ(endedBy(), "");
}

} // namespace
} // namespace hookcast::hub
