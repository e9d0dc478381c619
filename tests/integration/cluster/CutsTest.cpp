// Nodes that are cut off from Redis, frozen or killed: a camera has one reader at any moment, and always gets one
// again.
#include "cluster/ClusterTest.h"

#include "shared/CertificateAuthority.h"
#include "support/CutRelay.h"
#include "support/TempFolder.h"

#include <fmt/format.h>

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

/// Of TLS less than a record arrives.
TEST_F(ClusterTest, AnswersThatDripDoNotHoldUpANodeOverTlsEither) {
    const support::CertificateAuthority authority;
    const TempFolder folder;
    const RedisProcess redis(authority);
    CutRelay network(redis.port());
    HookcastServer& a = start("a", fmt::format("url rediss://127.0.0.1:{}; ca_file {};", network.port(),
                                               folder.write("ca.pem", authority.pem())));
    a.waitForLog(kPublishes);
    network.set(Fault::Drips);
    a.waitForLog(kIsAway);
    a.waitForLog(kEnds);
    network.set(Fault::None);
    a.waitForLog(kIsBack);
    a.waitForLog(kPublishes, 2);
    EXPECT_EQ(camera_.mostReaders(), 1U);
}

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

/// What is its own comes home, by way of two readers, and the others hear of it.
TEST_F(ClusterDeaths, WhoWakesTakesItsOwnAgain) {
    captureMore_ = "home a;";
    startThree(urlOf(redis_.port()));
    ASSERT_EQ(waitForOwner(redis_), "a");
    node("a").signal(SIGSTOP);
    const std::string second = waitForOwner(redis_, "a");
    node("a").signal(SIGCONT);
    ASSERT_EQ(waitForOwner(redis_, second), "a");
    node(second).waitForLog(kEnds);
    camera_.waitForReaders(1);
    EXPECT_LE(camera_.mostReaders(), 2U);
    events_.waitForEvents("server:release");
    EXPECT_EQ(wholeEvents("server:capture").size(), 1U);
    EXPECT_EQ(wholeEvents("server:release").size(), 1U);
}

} // namespace
} // namespace hookcast::integration
