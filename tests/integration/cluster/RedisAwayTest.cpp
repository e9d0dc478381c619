// A Redis that is away: nobody takes anything meanwhile, and all goes on by itself when it is back.
#include "cluster/ClusterTest.h"

#include "support/Sessions.h"

#include <csignal>
#include <string>

namespace hookcast::integration {
namespace {

class RedisAway : public ClusterTest {
  protected:
    void waitForAll(const char* line) {
        for (const auto& [name, node] : nodes_) node->waitForLog(line);
    }

    RedisProcess redis_;
};

TEST_F(RedisAway, RestartedWithoutItsMemoryItIsToldAgain) {
    startThree(urlOf(redis_.port()));
    waitForOwner(redis_);
    redis_.stop();
    redis_.start();
    waitForAll(kIsBack);
    camera_.waitForReaders(1);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    EXPECT_EQ(wholeEvents("server:capture").size(), 0U);
}

TEST_F(RedisAway, ForLongerThanALeaseNobodyReadsAndNobodyTakes) {
    startThree(urlOf(redis_.port()));
    const std::string owner = waitForOwner(redis_);
    const auto publisher = startPublisher(node(owner).port(), "own");
    redis_.stop();
    waitForAll(kIsAway);
    node(owner).waitForLog(kEnds);
    camera_.waitForReaders(0);
    publisher->sync();
    redis_.start();
    waitForAll(kIsBack);
    camera_.waitForReaders(1);
    publisher->sync();
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("service:emergency", 3);
    EXPECT_EQ(wholeEvents("service:emergency").size(), 3U) << "one of each node";
}

/// What nodes have sent to it meanwhile it does when it wakes.
TEST_F(RedisAway, FrozenItKnowsWhoHasDiedMeanwhile) {
    startThree(urlOf(redis_.port()));
    const std::string first = waitForOwner(redis_);
    redis_.signal(SIGSTOP);
    node(first).waitForLog(kEnds);
    kill(first);
    camera_.waitForReaders(0);
    redis_.signal(SIGCONT);
    waitForOwner(redis_, first);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("server:capture");
    EXPECT_EQ(wholeEvents("server:capture").size(), 1U);
}

} // namespace
} // namespace hookcast::integration
