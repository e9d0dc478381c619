// A Redis in which others write, too, or that refuses.
#include "cluster/ClusterTest.h"

#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

constexpr const char* kFields = "{hookcast}:fields";
constexpr const char* kRevisions = "{hookcast}:revisions";
constexpr const char* kRecord = "capture/__defaultVhost__/live/cam-primary";

class ForeignData : public ClusterTest {
  protected:
    RedisProcess redis_;
};

TEST_F(ForeignData, OfAnotherTypeUnderEitherKeyIsNamedAndLeftAlone) {
    for (const char* key : {kFields, kRevisions}) {
        redis_.command({"FLUSHALL"});
        redis_.command({"SET", key, "somebody else's"});
        HookcastServer& a = start("a", urlOf(redis_.port()));
        EXPECT_THAT(a.waitForLog(kIsAway), testing::AllOf(HasSubstr("WRONGTYPE"), HasSubstr(key)));
        startPublisher(a.port(), "own")->sync();
        EXPECT_EQ(redis_.command({"GET", key}), "somebody else's\n");
        const std::string other = key == kFields ? kRevisions : kFields;
        EXPECT_EQ(redis_.command({"EXISTS", other}), "0\n") << "half of a change";
        redis_.command({"DEL", key});
        a.waitForLog("joined as node a");
        a.waitForLog(kPublishes);
        EXPECT_EQ(a.log().count(kIsAway), 1U);
        a.stop();
    }
    EXPECT_EQ(wholeEvents("service:emergency").size(), 2U) << "once each time";
}

/// As an eviction, or somebody's DEL, takes them. Who comes later hears of what was written before.
TEST_F(ForeignData, OneOfTheKeysMayGetLost) {
    std::string owner = "a";
    std::string next = "b";
    start(owner, urlOf(redis_.port()));
    waitForOwner(redis_);
    for (const char* key : {kRevisions, kFields}) {
        redis_.command({"DEL", key});
        start(next, urlOf(redis_.port()));
        waitForALease(redis_);
        nodes_.erase(owner);
        EXPECT_EQ(waitForOwner(redis_, owner), next);
        std::swap(owner, next);
    }
    EXPECT_EQ(camera_.mostReaders(), 1U);
}

TEST_F(ForeignData, ARecordThatCannotBeReadIsToldOfAndNotWrittenOver) {
    redis_.command({"HSET", kFields, "@history", "h", "@revision", "1", kRecord, "v2 of another version"});
    redis_.command({"ZADD", kRevisions, "1", kRecord});
    HookcastServer& a = start("a", urlOf(redis_.port()));
    EXPECT_THAT(a.waitForLog("cannot be read"), HasSubstr(kRecord));
    startPublisher(a.port(), "own")->sync();
    EXPECT_EQ(redis_.command({"HGET", kFields, "ripe"}).find(' '), std::string::npos);
    HookcastServer& b = start("b", urlOf(redis_.port()));
    b.waitForLog("cannot be read");
    EXPECT_EQ(redis_.command({"HGET", kFields, kRecord}), "v2 of another version\n");
    events_.waitForEvents("service:emergency", 2);
    // Whoever knows that it is nobody's takes it away.
    redis_.command({"EVAL",
                    "redis.call('HDEL', KEYS[1], ARGV[1])"
                    "redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[1], '@revision', 1), ARGV[1])",
                    "2", kFields, kRevisions, kRecord});
    waitForOwner(redis_);
    EXPECT_EQ(a.log().count("cannot be read"), 1U);
    EXPECT_EQ(wholeEvents("service:emergency").size(), 2U);
}

TEST_F(ForeignData, ARedisWithoutMemoryIsReportedOnceAndUsedAgain) {
    HookcastServer& a = start("a", urlOf(redis_.port()));
    waitForOwner(redis_);
    redis_.command({"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_THAT(a.waitForLog(kIsAway), HasSubstr("OOM"));
    a.waitForLog(kEnds);
    redis_.command({"CONFIG", "SET", "maxmemory", "0"});
    a.waitForLog(kIsBack);
    a.waitForLog(kPublishes, 2);
    EXPECT_EQ(camera_.mostReaders(), 1U);
    EXPECT_EQ(wholeEvents("service:emergency").size(), 1U);
}

TEST_F(ForeignData, ARedisThatHasForgottenTheScriptGetsItAgain) {
    HookcastServer& a = start("a", urlOf(redis_.port()));
    waitForOwner(redis_);
    redis_.command({"SCRIPT", "FLUSH"});
    waitForALease(redis_);
    EXPECT_EQ(a.log().count(kIsAway), 0U);
}

TEST_F(ForeignData, OfAnotherClusterIsNobodysBusiness) {
    start("a", urlOf(redis_.port()) + " name north;");
    node("a").waitForLog(kPublishes);
    auto north = std::move(nodes_.at("a"));
    start("a", urlOf(redis_.port()) + " name south;");
    node("a").waitForLog(kPublishes);
    start("b", urlOf(redis_.port()) + " name south;");
    camera_.waitForReaders(2);
    kill("a");
    node("b").waitForLog(kPublishes);
    camera_.waitForReaders(2);
    EXPECT_EQ(north->log().count(kEnds), 0U);
    EXPECT_EQ(camera_.mostReaders(), 2U) << "one of each cluster";
}

} // namespace
} // namespace hookcast::integration
