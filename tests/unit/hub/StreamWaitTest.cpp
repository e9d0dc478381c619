#include "hub/StreamWait.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

constexpr std::int64_t kPatienceMs = 5000;

bool anything(const StreamHeaders& /*headers*/) {
    return true;
}

bool hasVideo(const StreamHeaders& headers) {
    return headers.videoConfig != nullptr;
}

class StreamWaitTest : public ::testing::Test {
  protected:
    ~StreamWaitTest() override {
        gate_.runner.run([this] { wait_.reset(); });
    }

    void wait(StreamWait::IsReady isReady) {
        gate_.runner.run([&] {
            calls_ = 0;
            wait_ = registry_.await(
                streamOne(), gate_.runner.loop(), kPatienceMs, std::move(isReady), [this](const auto& headers) {
                    ++calls_;
                    told_ = headers == nullptr ? "nobody" : headers->videoConfig != nullptr ? "video" : "published";
                });
            EXPECT_EQ(calls_, 0) << "it comes later";
        });
        gate_.runner.settle();
    }

    /// What the waiting one has been told; empty: nothing yet.
    std::string told() {
        gate_.runner.settle();
        return gate_.runner.run([this] { return std::exchange(told_, ""); });
    }

    support::HookGate gate_;
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    std::unique_ptr<StreamWait> wait_;
    std::string told_;
    int calls_ = 0;
};

TEST_F(StreamWaitTest, IsToldOfAStreamThatIsThere) {
    const TestPublisher publisher(gate_, registry_);
    wait(anything);
    EXPECT_EQ(told(), "published");
}

TEST_F(StreamWaitTest, IsToldWhenSomebodyPublishes) {
    wait(anything);
    EXPECT_EQ(told(), "");
    const TestPublisher publisher(gate_, registry_);
    EXPECT_EQ(told(), "published");
    gate_.pass(2 * kPatienceMs);
    EXPECT_EQ(calls_, 1);
}

TEST_F(StreamWaitTest, IsToldWhenTheStreamIsWhatItWaitsFor) {
    TestPublisher publisher(gate_, registry_);
    wait(hasVideo);
    EXPECT_EQ(told(), "");
    publisher.config("config");
    EXPECT_EQ(told(), "video");
}

TEST_F(StreamWaitTest, IsToldWhatThereIsWhenTheTimeIsOver) {
    wait(anything);
    gate_.pass(kPatienceMs - 1);
    EXPECT_EQ(told(), "");
    gate_.pass(1);
    EXPECT_EQ(told(), "nobody");
    const TestPublisher publisher(gate_, registry_);
    wait(hasVideo);
    gate_.pass(kPatienceMs);
    EXPECT_EQ(told(), "published");
}

TEST_F(StreamWaitTest, WhoHasLeftIsNotTold) {
    gate_.runner.run([&] {
        wait_ =
            registry_.await(streamOne(), gate_.runner.loop(), kPatienceMs, anything, [this](const auto&) { ++calls_; });
        wait_.reset();
    });
    const TestPublisher publisher(gate_, registry_);
    gate_.pass(2 * kPatienceMs);
    EXPECT_EQ(calls_, 0);
    // The same where the news is on its way.
    gate_.runner.run([&] {
        wait_ =
            registry_.await(streamOne(), gate_.runner.loop(), kPatienceMs, anything, [this](const auto&) { ++calls_; });
        wait_.reset();
    });
    gate_.runner.settle();
    EXPECT_EQ(calls_, 0);
}

TEST_F(StreamWaitTest, AStreamThatIsWaitedForIsAStream) {
    wait(anything);
    const std::string id = registry_.streamId(streamOne());
    EXPECT_NE(id, "");
    {
        const TestPublisher publisher(gate_, registry_);
        EXPECT_EQ(registry_.streamId(streamOne()), id);
    }
    gate_.runner.run([this] { wait_.reset(); });
    EXPECT_EQ(registry_.streamId(streamOne()), "");
}

TEST_F(StreamWaitTest, DemandIsToldOfTheFirstAndTheLastWhoWantsAStream) {
    NotedDemand demand;
    registry_.addDemand(demand);
    wait(anything);
    EXPECT_EQ(demand.told, std::vector<std::string>{"+one"});
    {
        const TestPlayer first(gate_, registry_, format_);
        const TestPlayer second(gate_, registry_, format_);
        gate_.runner.run([this] { wait_.reset(); });
        EXPECT_EQ(demand.told.size(), 1U) << "who waited is gone, players are there";
        const TestPublisher publisher(gate_, registry_);
    }
    gate_.runner.settle();
    EXPECT_EQ(demand.told, (std::vector<std::string>{"+one", "-one"}));
}

TEST_F(StreamWaitTest, DemandThatComesLaterIsToldOfWhatIsWanted) {
    wait(anything);
    NotedDemand demand;
    registry_.addDemand(demand);
    EXPECT_EQ(demand.told, std::vector<std::string>{"+one"});
    gate_.runner.run([this] { wait_.reset(); });
}

} // namespace
} // namespace hookcast::hub
