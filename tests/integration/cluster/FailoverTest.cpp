// A Redis whose replica becomes the master: what nodes know is told anew, and no camera has two readers.
#include "cluster/ClusterTest.h"

#include "support/CutRelay.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

/// A replica of the master at `port`, which it reaches at once.
std::vector<std::string> replicaOf(std::uint16_t port) {
    return {"--replicaof", fmt::format("127.0.0.1 {}", port), "--repl-diskless-sync-delay", "0"};
}

void waitFor(const LineLog& log, const char* line) {
    if (!log.waitFor(line)) throw std::runtime_error(fmt::format("no line with {}: {}", line, log.text()));
}

std::string bySentinel(const SentinelProcess& sentinel) {
    return fmt::format("sentinel {}; master main;", sentinel.address());
}

TEST_F(ClusterTest, AReplicaThatBecomesTheMasterIsFollowed) {
    RedisProcess master({"--repl-diskless-sync-delay", "0"});
    RedisProcess replica(replicaOf(master.port()));
    waitFor(replica.log(), "MASTER <-> REPLICA sync: Finished with success");
    const SentinelProcess sentinel(master);
    waitFor(sentinel.log(), "+slave");
    startThree(bySentinel(sentinel));
    const std::string first = waitForOwner(master);

    master.stop();
    waitFor(sentinel.log(), "+switch-master");
    for (const auto& [name, node] : nodes_) node->waitForLog(kIsBack);
    camera_.waitForReaders(1);
    EXPECT_EQ(camera_.mostReaders(), 1U);

    // The old one comes back, without its memory, and who dies then is followed as ever.
    master.start();
    const std::string owner = waitForRecord(replica);
    kill(owner);
    waitForOwner(replica, owner);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    events_.waitForEvents("service:emergency", 3);
    wholeEvents("service:emergency");
}

/// It has lost its replica, and with it the sentinel; one node still reaches it.
TEST_F(ClusterTest, AMasterThatIsAloneIsBelievedByNobody) {
    const RedisProcess master(
        {"--repl-diskless-sync-delay", "0", "--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"});
    CutRelay network(master.port());
    RedisProcess replica(replicaOf(network.port()));
    waitFor(replica.log(), "MASTER <-> REPLICA sync: Finished with success");
    const SentinelProcess sentinel(network.port());
    waitFor(sentinel.log(), "+slave");
    start("a", urlOf(master.port()));
    ASSERT_EQ(waitForOwner(master), "a");
    start("b", bySentinel(sentinel));
    start("c", bySentinel(sentinel));

    network.set(CutRelay::Fault::Both);
    waitFor(sentinel.log(), "+switch-master");
    EXPECT_THAT(node("a").waitForLog(kIsAway), HasSubstr("NOREPLICAS"));
    node("a").waitForLog(kEnds);
    waitForOwner(replica, "a");
    EXPECT_EQ(camera_.mostReaders(), 1U);
}

TEST_F(ClusterTest, AReplicaIsNoRedis) {
    const RedisProcess master;
    const RedisProcess replica(replicaOf(master.port()));
    waitFor(replica.log(), "MASTER <-> REPLICA sync: Finished with success");
    EXPECT_THAT(start("a", urlOf(replica.port())).waitForLog(kIsAway), HasSubstr("READONLY"));
}

TEST_F(ClusterTest, ASentinelThatIsCutOffIsPassedOver) {
    const RedisProcess master;
    const SentinelProcess sentinel(master);
    CutRelay network(master.port());
    network.set(CutRelay::Fault::Both);
    start("a", fmt::format("sentinel 127.0.0.1:{} {}; master main;", network.port(), sentinel.address()))
        .waitForLog(kPublishes);
}

} // namespace
} // namespace hookcast::integration
