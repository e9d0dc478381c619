// cluster_redis, with a real Redis; whose a capture is, and who posts events.
#include "effects/Effect.h"

#include "base/HostName.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string clusterOf(const RedisProcess& redis, std::string_view more) {
    return fmt::format("cluster_redis {{ enabled on; url {}; lease 1; {} }}\n", redis.url(), more);
}

std::string captures(int count, std::string_view more = "") {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("capture cam{} {{ source {}; {} }}\n", i, h264AacClip(), more);
    return defaultVhost(text);
}

std::string keysOf(const RedisProcess& redis) {
    return redis.command({"KEYS", "*"});
}

void enabled() {
    const RedisProcess redis;
    HookcastServer server(fmt::format("cluster_redis {{ url {}; }}\n{}", redis.url(), captures(1)));
    server.waitForLog("publishes __defaultVhost__/live/cam0-primary");
    server.stop();
    EXPECT_THAT(keysOf(redis), Not(HasSubstr("fields")));
    const HookcastServer node(clusterOf(redis, "node a;"));
    node.waitForLog("joined as node a");
    EXPECT_THAT(keysOf(redis), HasSubstr("fields"));
}

/// With a password and a database's number in it.
void url() {
    const RedisProcess redis({"--requirepass", "sesame"});
    const HookcastServer node(fmt::format(
        "cluster_redis {{ enabled on; node a; lease 1; url redis://:sesame@127.0.0.1:{}/3; }}\n", redis.port()));
    node.waitForLog("joined as node a");
    EXPECT_THAT(redis.command({"-a", "sesame", "-n", "3", "KEYS", "*"}), HasSubstr("fields"));
    const HookcastServer stranger(fmt::format(
        "cluster_redis {{ enabled on; node b; lease 1; url redis://:wrong@127.0.0.1:{}/3; }}\n", redis.port()));
    EXPECT_THAT(stranger.waitForLog("Redis does not answer"), Not(HasSubstr("wrong@")));
}

void caFile() {
    const support::CertificateAuthority authority;
    const support::CertificateAuthority other;
    const TempFolder folder;
    const RedisProcess redis(authority);
    const std::string right = folder.write("right.pem", authority.pem());
    const std::string wrong = folder.write("wrong.pem", other.pem());
    const HookcastServer stranger(clusterOf(redis, "node b; ca_file " + wrong + ";"));
    stranger.waitForLog("Redis does not answer");
    const HookcastServer node(clusterOf(redis, "node a; ca_file " + right + ";"));
    node.waitForLog("joined as node a");
}

void sentinel() {
    const RedisProcess redis;
    const SentinelProcess sentinel(redis);
    const HookcastServer node(
        fmt::format("cluster_redis {{ enabled on; node a; lease 1; url redis://127.0.0.1:1; sentinel 127.0.0.1:2 {}; "
                    "master main; }}\n",
                    sentinel.address()));
    node.waitForLog("joined as node a");
    EXPECT_THAT(keysOf(redis), HasSubstr("fields"));
}

void master() {
    const RedisProcess redis;
    const SentinelProcess sentinel(redis);
    const HookcastServer node(
        clusterOf(redis, fmt::format("node a; sentinel {}; master another;", sentinel.address())));
    EXPECT_THAT(node.waitForLog("Redis does not answer"), HasSubstr("where the master another is"));
}

void name() {
    const RedisProcess redis;
    const HookcastServer one(clusterOf(redis, "node a; name north;"));
    const HookcastServer other(clusterOf(redis, "node a; name south;"));
    other.waitForLog("joined as node a");
    EXPECT_THAT(keysOf(redis), testing::AllOf(HasSubstr("{north}:fields"), HasSubstr("{south}:fields")));
}

void node() {
    const RedisProcess redis;
    const HookcastServer named(clusterOf(redis, "node media-7;"));
    named.waitForLog("joined as node media-7");
    EXPECT_THAT(redis.command({"HKEYS", "{hookcast}:fields"}), HasSubstr("node/media-7"));
}

/// With a lease of an hour nothing of a new cluster is fetched in this test.
void lease() {
    const RedisProcess redis;
    const HookcastServer patient(fmt::format(
        "cluster_redis {{ enabled on; url {}; node a; name slow; lease 3600; }}\n{}", redis.url(), captures(1)));
    const HookcastServer quick(clusterOf(redis, "node a;") + captures(1));
    quick.waitForLog("publishes __defaultVhost__/live/cam0-primary");
    EXPECT_THAT(patient.log().text(), Not(HasSubstr("fetches")));
}

/// Two nodes that may take one each: of three captures one is left over.
void maxCaptures() {
    const RedisProcess redis;
    const HookcastServer a(clusterOf(redis, "node a; max_captures 1;") + captures(3));
    const HookcastServer b(clusterOf(redis, "node b; max_captures 1;") + captures(3));
    a.waitForLog("publishes __defaultVhost__/live/cam");
    b.waitForLog("publishes __defaultVhost__/live/cam");
    const HookcastServer c(clusterOf(redis, "node c;") + captures(3));
    c.waitForLog("publishes __defaultVhost__/live/cam");
    EXPECT_EQ(a.log().count("fetches"), 1U);
    EXPECT_EQ(b.log().count("fetches"), 1U);
}

/// One that is thought to bring in 1000 kbit/s before anything is known of it.
void maxInputKbps() {
    const RedisProcess redis;
    const HookcastServer small(clusterOf(redis, "node a; max_input_kbps 999;") + captures(1));
    small.waitForLog("joined as node a");
    const HookcastServer large(clusterOf(redis, "node b; max_input_kbps 1000;") + captures(1));
    large.waitForLog("publishes __defaultVhost__/live/cam0-primary");
    EXPECT_THAT(small.log().text(), Not(HasSubstr("fetches")));
}

void home() {
    const RedisProcess redis;
    const HookcastServer a(clusterOf(redis, "node a;") + captures(2, "home b;"));
    a.waitForLog("publishes __defaultVhost__/live/cam", 2);
    const HookcastServer b(clusterOf(redis, "node b;") + captures(2, "home b;"));
    b.waitForLog("publishes __defaultVhost__/live/cam", 2);
    a.waitForLog("gives back to node b");
}

/// Without the second node they would wait in Redis.
void webhookConsumer() {
    const RedisProcess redis;
    const MockBackend backend;
    const HookcastServer a(clusterOf(redis, "node a;") + webhookTo(backend, "via redis; consumer off;") +
                           defaultVhost());
    const HookcastServer b(clusterOf(redis, "node b;") + webhookTo(backend, "via redis;") + defaultVhost());
    EXPECT_EQ(backend.waitForEvents("service:up", 2).front().event->getValue<int>("pid"), a.pid());
    b.waitForLog("this node posts the events of all");
    EXPECT_THAT(a.log().text(), Not(HasSubstr("this node posts the events of all")));
}

void webhookVia() {
    const RedisProcess redis;
    const MockBackend backend;
    const HookcastServer direct(clusterOf(redis, "node a;") + webhookTo(backend) + defaultVhost());
    backend.waitForEvents("service:up");
    EXPECT_THAT(keysOf(redis), Not(HasSubstr("{hookcast}:events:")));
    const HookcastServer shared(clusterOf(redis, "node b;") + webhookTo(backend, "via redis;") + defaultVhost());
    backend.waitForEvents("service:up", 2);
    EXPECT_THAT(keysOf(redis), HasSubstr("{hookcast}:events:"));
}

/// Who says that it is a node is told from others by a secret, where there is one.
void clusterSecret() {
    const RedisProcess redis;
    const HookcastServer alone(clusterOf(redis, "node a;"));
    const HookcastServer shared(clusterOf(redis, "node b; cluster_secret of-16-characters;"));
    for (const HookcastServer* server : {&alone, &shared}) {
        ConnectRequest request = requestFor(server->port(), "live");
        request.pullPass = rtmp::Amf::string("1.a.b");
        RtmpClient client(server->port());
        client.shakeHands();
        EXPECT_EQ(client.connect(request).description, "pull refused");
    }
    alone.waitForLog("this server has no cluster_secret");
    shared.waitForLog("the pass is not signed with this cluster's secret");
}

std::string sharing(const RedisProcess& redis, std::string_view more) {
    return clusterOf(redis, fmt::format("cluster_secret of-16-characters; {}", more)) + defaultVhost();
}

void address() {
    const RedisProcess redis;
    const HookcastServer named(sharing(redis, "node a; address 127.0.0.2:1936;"));
    named.waitForLog("other nodes pull from this one, a, at 127.0.0.2:1936");
    const HookcastServer unnamed(sharing(redis, "node b;"));
    unnamed.waitForLog(fmt::format("other nodes pull from this one, b, at {}:{}", base::hostName(), unnamed.port()));
}

/// A node whose RTMP the others reach at this address.
std::unique_ptr<HookcastServer> startPulling(const RedisProcess& redis, std::string_view more) {
    return std::make_unique<HookcastServer>(sharing(redis, fmt::format("address 127.0.0.1; {}", more)));
}

void pullIdle() {
    const RedisProcess redis;
    const auto a = startPulling(redis, "node a;");
    const auto quick = startPulling(redis, "node b; pull_idle 0.1;");
    const auto patient = startPulling(redis, "node c; pull_idle 3600;");
    const auto publisher = startPublisher(a->port(), "cam");
    publisher->send(avcKeyframe(0));
    for (const HookcastServer* server : {patient.get(), quick.get()}) {
        const auto player = startPlayer(server->port(), "cam");
        server->waitForLog("publishes __defaultVhost__/live/cam, pulled from node a");
    }
    quick->waitForLog("nobody has wanted it for pull_idle");
    EXPECT_THAT(patient->log().text(), Not(HasSubstr("for pull_idle")));
}

void maxPulls() {
    const RedisProcess redis;
    const auto a = startPulling(redis, "node a;");
    const auto one = startPulling(redis, "node b; max_pulls 1;");
    const auto many = startPulling(redis, "node c;");
    const auto first = startPublisher(a->port(), "cam");
    const auto second = startPublisher(a->port(), "door");
    for (const auto& publisher : {&first, &second}) (*publisher)->send(avcKeyframe(0));
    std::vector<std::unique_ptr<RtmpClient>> players;
    for (const HookcastServer* server : {one.get(), many.get()})
        for (const char* stream : {"cam", "door"}) players.push_back(startPlayer(server->port(), stream));
    many->waitForLog("pulled from node a", 2);
    one->waitForLog("is not pulled: 1 streams are (max_pulls)");
}

} // namespace

Effects clusterEffects() {
    return {
        {"cluster_redis.enabled", enabled},
        {"cluster_redis.url", url},
        {"cluster_redis.ca_file", caFile},
        {"cluster_redis.sentinel", sentinel},
        {"cluster_redis.master", master},
        {"cluster_redis.name", name},
        {"cluster_redis.node", node},
        {"cluster_redis.lease", lease},
        {"cluster_redis.max_captures", maxCaptures},
        {"cluster_redis.max_input_kbps", maxInputKbps},
        {"cluster_redis.cluster_secret", clusterSecret},
        {"cluster_redis.address", address},
        {"cluster_redis.pull_idle", pullIdle},
        {"cluster_redis.max_pulls", maxPulls},
        {"vhost.capture.home", home},
        {"webhook.via", webhookVia},
        {"webhook.consumer", webhookConsumer},
    };
}

} // namespace hookcast::integration
