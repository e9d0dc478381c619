#include "control/ClusterPages.h"

#include "control/JsonText.h"
#include "control/KickPages.h"
#include "control/StreamPages.h"
#include "unit/control/ControlledServer.h"

#include <Poco/JSON/Array.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::control {
namespace {

/// A cluster of one node that publishes any number of streams.
class FakeDesk final : public ClusterDesk {
  public:
    void view(const Slice& slice, std::function<void(ClusterView)> onView) override {
        asked = slice;
        onView_ = std::move(onView);
    }
    ClusterFigures figures() const override { return figuresNow; }
    void kick(const hooks::StreamKey& key, std::function<void(RemoteKick)> onEnd) override {
        kicked.push_back(key.text());
        onEnd(result);
    }

    void tell(ClusterView view) { std::exchange(onView_, nullptr)(std::move(view)); }

    Slice asked;
    ClusterFigures figuresNow;
    RemoteKick result;
    std::vector<std::string> kicked;

  private:
    std::function<void(ClusterView)> onView_;
};

class ClusterPagesTest : public testing::Test {
  protected:
    ApiContext& context() { return server_.context; }

    static ApiQuery queryOf(std::map<std::string, std::string> parameters) {
        ApiQuery query;
        query.parameters = std::move(parameters);
        return query;
    }

    /// What is answered in the end, and by how many of the desk's.
    static ApiAnswer finish(
        ApiAnswer answer, const std::function<void()>& meanwhile = [] {}) {
        if (!answer.later) return answer;
        std::vector<ApiAnswer> answers;
        answer.later([&](const std::function<ApiAnswer()>& write) { answers.push_back(write()); });
        meanwhile();
        EXPECT_EQ(answers.size(), 1U);
        return answers.at(0);
    }

    ControlledServer server_;
    FakeDesk desk_;
};

TEST_F(ClusterPagesTest, WithoutAClusterThereIsNone) {
    const ApiAnswer answer = ClusterPages(context()).clusters(queryOf({}), {});
    EXPECT_EQ(jsonText(answer.fields),
              R"({"data":{"query":{"ip":"","vhost":"","app":"","stream":""},"origin":null,"cluster":null}})");
}

TEST_F(ClusterPagesTest, TheQueryOfSrsHasItsAnswer) {
    context().cluster = &desk_;
    const ApiAnswer answer = ClusterPages(context()).clusters(queryOf({{"vhost", "v"}, {"stream", "x"}}), {});
    EXPECT_EQ(jsonText(answer.fields),
              R"({"data":{"query":{"ip":"","vhost":"v","app":"","stream":"x"},"origin":null}})");
}

TEST_F(ClusterPagesTest, TellsWhatTheDeskKnows) {
    context().cluster = &desk_;
    ClusterView view;
    view.cluster = "studio";
    view.node = "a";
    view.leaseMs = 10'000;
    view.leaseEndsInMs = 7000;
    view.isRedisUp = true;
    view.redisSinceMs = 5;
    view.nodes = {{{"a", "10.0.0.1:1935", true, 12, 1, 800, 500, 0}, {"b", "", false, 40'000, 0, 0, 0, 9}}, 2};
    view.captures = {{{"v/live/door", "a", 3}, {"v/live/yard", "", 0}}, 2};
    view.streams = {{{"v/live/x", "b", 7, "live", 1'700'000'000'000}}, 100'000};
    view.pulls = {{{"v/live/x", "b", "10.0.0.2:1935", "plays", 250, 4096}}, 1};
    const ApiAnswer answer =
        finish(ClusterPages(context()).clusters(queryOf({{"start", "0"}}), {}), [&] { desk_.tell(view); });
    const std::string expected =
        R"({"name":"studio","node":"a","redis":{"up":true,"for_ms":5},"lease":{"ms":10000,"ends_in_ms":7000},)"
        R"("totals":{"nodes":2,"captures":2,"streams":100000,"pulls":1},)"
        R"("nodes":[{"name":"a","alive":true,"address":"10.0.0.1:1935","heard_ms_ago":12,"captures":1,)"
        R"("input_kbps":800,"max_captures":500,"max_input_kbps":0},{"name":"b","alive":false,"address":null,)"
        R"("heard_ms_ago":40000,"captures":0,"input_kbps":0,"max_captures":0,"max_input_kbps":9}],)"
        R"("captures":[{"stream":"v/live/door","node":"a","fence":3},{"stream":"v/live/yard","node":null,"fence":0}],)"
        R"("streams":[{"stream":"v/live/x","node":"b","fence":7,"state":"live","since_ms":1700000000000}],)"
        R"("pulls":[{"stream":"v/live/x","node":"b","address":"10.0.0.2:1935","state":"plays","for_ms":250,)"
        R"("recv_bytes":4096}]}})";
    EXPECT_EQ(jsonText(answer.fields),
              R"({"data":{"query":{"ip":"","vhost":"","app":"","stream":""},"origin":null,"cluster":)" + expected +
                  "}");
}

TEST_F(ClusterPagesTest, AsksForAPageAndNeverForMoreThanThat) {
    context().cluster = &desk_;
    const auto asked = [&](std::map<std::string, std::string> parameters) {
        finish(ClusterPages(context()).clusters(queryOf(std::move(parameters)), {}), [&] { desk_.tell({}); });
        return desk_.asked;
    };
    EXPECT_EQ(asked({}).start, 0U);
    EXPECT_EQ(asked({}).count, 10U);
    EXPECT_EQ(asked({{"start", "70000"}, {"count", "20"}}).start, 70'000U);
    EXPECT_EQ(asked({{"count", "0"}}).count, 1U);
    EXPECT_EQ(asked({{"count", "100000"}}).count, ClusterDesk::kMostListed);
    EXPECT_EQ(asked({{"start", "-1"}, {"count", "x"}}).count, 10U);
}

TEST_F(ClusterPagesTest, AStreamElsewhereIsKickedByItsName) {
    context().cluster = &desk_;
    desk_.result = {RemoteKick::Outcome::Done, "b"};
    const KickPages pages(context());
    EXPECT_EQ(jsonText(finish(pages.kickStream(queryOf({{"stream", "live/x"}}))).fields), R"({"kicked":0,"node":"b"})");
    finish(pages.kickStream(queryOf({{"stream", "a/b/x"}, {"vhost", "other"}})));
    finish(pages.kickStream(queryOf({{"stream", "live/x"}, {"vhost", vhostId("__defaultVhost__")}})));
    EXPECT_EQ(desk_.kicked,
              (std::vector<std::string>{"__defaultVhost__/live/x", "other/a/b/x", "__defaultVhost__/live/x"}));
}

TEST_F(ClusterPagesTest, WhoPlaysElsewhereIsNotAsked) {
    context().cluster = &desk_;
    const ApiAnswer answer = finish(KickPages(context()).kickStream(queryOf({{"stream", "live/x"}, {"type", "play"}})));
    EXPECT_EQ(answer.code, ApiAnswer::kStreamNotFound);
    EXPECT_TRUE(desk_.kicked.empty());
}

TEST_F(ClusterPagesTest, WhatIsNoNameIsNoStream) {
    context().cluster = &desk_;
    for (const char* name : {"", "x", "/", "live/", "live/..", "a\nb/x"})
        EXPECT_EQ(finish(KickPages(context()).kickStream(queryOf({{"stream", name}}))).code, ApiAnswer::kStreamNotFound)
            << name;
    EXPECT_TRUE(desk_.kicked.empty());
}

TEST_F(ClusterPagesTest, WhatCameOfAKickIsTold) {
    using Outcome = RemoteKick::Outcome;
    EXPECT_EQ(answerOfKick(0, false, {}).code, ApiAnswer::kStreamNotFound);
    EXPECT_EQ(answerOfKick(0, true, {}).code, ApiAnswer::kOk);
    EXPECT_FALSE(answerOfKick(2, true, {}).fields.has("node"));
    EXPECT_EQ(answerOfKick(0, false, {Outcome::Done, "b"}).code, ApiAnswer::kOk);
    EXPECT_EQ(answerOfKick(0, false, {Outcome::Silent, "b"}).code, ApiAnswer::kNodeSilent);
    EXPECT_EQ(answerOfKick(3, true, {Outcome::Busy, "b"}).code, ApiAnswer::kNodeBusy);
    EXPECT_EQ(jsonText(answerOfKick(3, true, {Outcome::Silent, "b"}).fields), R"({"kicked":3,"node":"b"})");
}

TEST_F(ClusterPagesTest, FiguresAreFamiliesOfTheirOwn) {
    MetricsText metrics;
    writeCluster({3, 20, 2, 100'000, 5, 70, 1, true}, metrics);
    for (const char* line :
         {"hookcast_cluster_redis_up 1\n", "hookcast_cluster_nodes 3\n", "hookcast_cluster_captures 20\n",
          "hookcast_cluster_names 2\n", "hookcast_cluster_streams 100000\n", "hookcast_cluster_pulls 5\n",
          "hookcast_cluster_exchanges_total 70\n", "hookcast_cluster_failures_total 1\n"})
        EXPECT_NE(metrics.text().find(line), std::string::npos) << line;
}

} // namespace
} // namespace hookcast::control
