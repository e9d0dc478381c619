// Nodes that are cut off from Redis, frozen or killed: a camera has one reader at any moment, and always gets one
// again.
#include "cluster/ClusterTest.h"

#include "support/CutRelay.h"

#include <csignal>
#include <map>
#include <memory>
#include <string>

namespace hookcast::integration {
namespace {

using Fault = CutRelay::Fault;

class ClusterCuts : public ClusterTest, public testing::WithParamInterface<Fault> {
  protected:
    RedisProcess redis_;
    std::map<std::string, std::unique_ptr<CutRelay>> relays_; ///< each node's way to Redis
};

TEST_P(ClusterCuts, WhoIsCutOffStopsBeforeAnotherOneBegins) {
    for (const char* name : {"a", "b", "c"}) {
        relays_[name] = std::make_unique<CutRelay>(redis_.port());
        start(name, urlOf(relays_[name]->port()));
    }
    const std::string first = waitForOwner(redis_);
    relays_.at(first)->set(GetParam());
    node(first).waitForLog(kIsAway);
    const std::string second = waitForOwner(redis_, first);
    node(first).waitForLog(kEnds);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    EXPECT_EQ(wholeEvents("server:capture").size(), 1U);

    relays_.at(first)->set(Fault::None);
    node(first).waitForLog(kIsBack);
    kill(second);
    waitForOwner(redis_, second);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("server:capture", 2);
    EXPECT_EQ(wholeEvents("service:emergency").size(), 1U);
}

std::string nameOf(const testing::TestParamInfo<Fault>& info) {
    switch (info.param) {
    case Fault::Requests: return "RequestsAreLost";
    case Fault::Answers: return "AnswersAreLost";
    case Fault::Both: return "BothAreLost";
    default: return "AnswersDrip";
    }
}

INSTANTIATE_TEST_SUITE_P(Network, ClusterCuts,
                         testing::Values(Fault::Requests, Fault::Answers, Fault::Both, Fault::Drips), nameOf);

class ClusterDeaths : public ClusterTest {
  protected:
    RedisProcess redis_;
};

TEST_F(ClusterDeaths, OneAfterAnotherIsReplacedUntilOneIsLeft) {
    startThree(urlOf(redis_.port()));
    const std::string first = waitForOwner(redis_);
    kill(first);
    const std::string second = waitForOwner(redis_, first);
    kill(second);
    const std::string third = waitForOwner(redis_, second);
    EXPECT_NE(third, first);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("server:capture", 2);
    EXPECT_EQ(wholeEvents("server:capture").size(), 2U);
}

TEST_F(ClusterDeaths, WhoWakesFindsItselfFencedWhileTheOthersGoOn) {
    startThree(urlOf(redis_.port()));
    const std::string first = waitForOwner(redis_);
    node(first).signal(SIGSTOP);
    const std::string second = waitForOwner(redis_, first);
    node(first).signal(SIGCONT);
    node(first).waitForLog(kEnds);
    camera_.waitForReaders(1);
    EXPECT_EQ(node(first).log().count(kPublishes), 1U);
    EXPECT_EQ(node(second).log().count(kEnds), 0U);
    EXPECT_EQ(wholeEvents("server:capture").size(), 1U);
}

} // namespace
} // namespace hookcast::integration
