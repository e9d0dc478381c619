// A Redis that is away: nobody takes anything meanwhile, and all goes on by itself when it is back.
#include "cluster/ClusterTest.h"

#include "support/CutRelay.h"
#include "support/Deadline.h"
#include "support/Sessions.h"

#include <csignal>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::integration {
namespace {

class RedisAway : public ClusterTest {
  protected:
    void waitForAll(const char* line) {
        for (const auto& [name, node] : nodes_) node->waitForLog(line);
    }

    /// Exactly one of them says so.
    static void waitForTheLineOfOne(const HookcastServer& one, const HookcastServer& other, const char* line) {
        for (const Deadline deadline; one.log().count(line) + other.log().count(line) == 0;) {
            if (deadline.passed()) throw std::runtime_error(std::string("nobody says: ") + line);
            std::this_thread::yield();
        }
        EXPECT_EQ(one.log().count(line) + other.log().count(line), 1U);
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

TEST_F(RedisAway, OfTwoOfANameThatHaveStartedMeanwhileOneFetches) {
    redis_.stop();
    HookcastServer& one = start("a", urlOf(redis_.port()));
    one.waitForLog(kIsAway);
    const std::unique_ptr<HookcastServer> other = std::move(nodes_.at("a"));
    start("a", urlOf(redis_.port())).waitForLog(kIsAway);
    redis_.start();
    waitForTheLineOfOne(*other, node("a"), "another process is node a; this one fetches no captures");
    camera_.waitForReaders(1);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("service:emergency", 3); // of both that it is away, and of one that it has no name
}

/// A connection that comes and goes is one trouble.
TEST_F(RedisAway, TimeAndAgainWithinALeaseItIsReportedOnce) {
    leaseS_ = 60;
    CutRelay network(redis_.port());
    HookcastServer& a = start("a", urlOf(network.port()));
    constexpr std::size_t kTimes = 3;
    for (std::size_t i = 1; i <= kTimes; ++i) {
        network.set(CutRelay::Fault::Both);
        a.waitForLog(kIsAway, i);
        network.set(CutRelay::Fault::None);
        a.waitForLog(kIsBack, i);
    }
    a.stop(); // with all that it has to tell
    EXPECT_EQ(wholeEvents("service:emergency").size(), 1U);
}

TEST_F(RedisAway, StopsNobodyFromStopping) {
    CutRelay network(redis_.port());
    start("a", urlOf(network.port())).waitForLog(kPublishes);
    for (const auto fault : {CutRelay::Fault::Drips, CutRelay::Fault::Both}) {
        network.set(fault);
        node("a").stop();
        start("a", urlOf(network.port())).waitForLog(kIsAway);
    }
    redis_.signal(SIGSTOP);
    network.set(CutRelay::Fault::None);
    node("a").stop();
    camera_.waitForReaders(0);
}

} // namespace
} // namespace hookcast::integration
