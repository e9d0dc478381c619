// Nodes whose clocks are set by an hour while they run.
#include "cluster/ClusterTest.h"

#include "support/CutRelay.h"
#include "support/TempFolder.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

namespace hookcast::integration {
namespace {

class ClusterClocks : public ClusterTest {
  protected:
    RedisProcess redis_;
    std::map<std::string, std::unique_ptr<CutRelay>> relays_; ///< each node's way to Redis
    TempFolder clocks_;
};

/// Who has the camera would believe in its lease for an hour more, and the others that it has been dead for as long.
TEST_F(ClusterClocks, MeanNothingToLeases) {
    for (const char* name : {"a", "b", "c"}) {
        relays_[name] = std::make_unique<CutRelay>(redis_.port());
        start(name, urlOf(relays_[name]->port()),
              {{"LD_PRELOAD", STEPPED_CLOCK_LIBRARY}, {"HOOKCAST_TEST_CLOCK", clocks_.file(name)}});
    }
    const std::string first = waitForOwner(redis_);
    for (const auto& [name, relay] : relays_) clocks_.write(name, name == first ? "-3600" : "3600");
    waitForALease(redis_);
    EXPECT_EQ(camera_.mostReaders(), 1U);

    relays_.at(first)->set(CutRelay::Fault::Both);
    const std::string second = waitForOwner(redis_, first);
    node(first).waitForLog(kEnds);
    EXPECT_EQ(camera_.mostReaders(), 1U);

    // And back again.
    for (const auto& [name, relay] : relays_) clocks_.write(name, "0");
    relays_.at(first)->set(CutRelay::Fault::None);
    node(first).waitForLog(kIsBack);
    waitForALease(redis_);
    kill(second);
    waitForOwner(redis_, second);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("server:capture", 2);
    wholeEvents("server:capture");
}

/// The library that sets clocks does set them.
TEST_F(ClusterClocks, AreSet) {
    HookcastServer& a = start("a", urlOf(redis_.port()),
                              {{"LD_PRELOAD", STEPPED_CLOCK_LIBRARY}, {"HOOKCAST_TEST_CLOCK", clocks_.file("a")}});
    const SentEvent before = events_.waitForEvents("service:up").back();
    clocks_.write("a", "36000");
    redis_.stop();
    a.waitForLog(kIsAway);
    const SentEvent after = events_.waitForEvents("service:emergency").back();
    EXPECT_GE(after.event->getValue<int>("timestamp"), before.event->getValue<int>("timestamp") + 36000);
}

} // namespace
} // namespace hookcast::integration
