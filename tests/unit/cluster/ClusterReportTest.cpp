#include "cluster/ClusterReport.h"

#include "cluster/Records.h"
#include "unit/cluster/FakeState.h"
#include "unit/support/Event.h"
#include "unit/support/HookGate.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using control::ClusterView;

class ClusterReportTest : public testing::Test {
  protected:
    ClusterReportTest() { talk(); }

    /// As the node does.
    void talk() {
        gate_.runner.run([this] {
            const Exchange exchange = leases_.next();
            const Outcome outcome = state_.apply(exchange, connection_);
            leases_.onOutcome(outcome);
            report_.onOutcome(outcome, {});
        });
    }

    ClusterView viewOf(const control::Slice& slice) {
        ClusterView view;
        support::Event seen;
        report_.view(slice, [&](ClusterView answer) {
            view = std::move(answer);
            seen.happen();
        });
        EXPECT_TRUE(seen.wait(1));
        return view;
    }

    support::HookGate gate_;
    FakeState state_;
    FakeState::Connection connection_;
    hub::StreamRegistry streams_{1024, 1024};
    Leases leases_{{"a", "i-a", 10'000, 0, 0, "10.0.0.1:1935", "studio"}, gate_.clock};
    Directory directory_{leases_, gate_.clock};
    ClusterReport report_{{gate_.runner.loop(), leases_, directory_, streams_, gate_.clock}, [] {}};
};

TEST_F(ClusterReportTest, TellsAPageOfVeryManyStreams) {
    constexpr std::size_t kMany = 100'000;
    for (std::size_t i = 0; i < kMany; ++i)
        state_.set(fmt::format("stream/v/live/s{:06}", i),
                   StreamRecord{i % 2 == 0 ? "a" : "b", "i", 7, 9, StreamRecord::State::Live}.text());
    gate_.clock.advanceMs(5000);
    talk();
    EXPECT_EQ(viewOf({0, 10}).streams.total, kMany);
    EXPECT_EQ(viewOf({0, 10}).streams.items.size(), 10U);
    const ClusterView last = viewOf({kMany - 3, 1000});
    ASSERT_EQ(last.streams.items.size(), 3U);
    EXPECT_EQ(last.streams.items[0].stream, "v/live/s099997");
    EXPECT_EQ(last.streams.items[0].node, "b");
    EXPECT_EQ(last.streams.items[0].fence, 7U);
    EXPECT_EQ(last.streams.items[0].state, "live");
    EXPECT_EQ(last.streams.items[0].sinceUnixMs, 9);
    EXPECT_TRUE(viewOf({kMany, 10}).streams.items.empty());
    EXPECT_EQ(report_.figures().streams, kMany);
    EXPECT_EQ(report_.figures().names, kMany / 2);
}

TEST_F(ClusterReportTest, TellsOfNodesCapturesAndPulls) {
    talk();
    state_.set("node/b", NodeRecord{"i-b", 1, 800, 5, 0, false, 0, "10.0.0.2:1935"}.text());
    state_.set("node/x", "none of ours");
    state_.set("capture/v/live/door", CaptureRecord{"b", "i-b", 3, {}}.text());
    state_.set("capture/v/live/odd", "none of ours");
    report_.showPulls([] { return std::vector<ClusterView::Pull>(12, {"v/live/x", "b", "h:1", "plays", 5, 6}); });
    talk();
    gate_.clock.advanceMs(500);
    const ClusterView view = viewOf({0, 10});
    EXPECT_EQ(view.cluster, "studio");
    EXPECT_EQ(view.node, "a");
    EXPECT_EQ(view.leaseMs, 10'000);
    ASSERT_EQ(view.nodes.items.size(), 2U);
    EXPECT_EQ(view.nodes.items[0].address, "10.0.0.1:1935");
    EXPECT_TRUE(view.nodes.items[1].isAlive);
    EXPECT_EQ(view.nodes.items[1].heardMsAgo, 500);
    EXPECT_EQ(view.nodes.items[1].captures, 1U);
    EXPECT_EQ(view.nodes.items[1].inputKbps, 800U);
    EXPECT_EQ(view.nodes.items[1].maxCaptures, 5U);
    ASSERT_EQ(view.captures.items.size(), 1U);
    EXPECT_EQ(view.captures.items[0].fence, 3U);
    EXPECT_EQ(view.pulls.items.size(), 10U);
    EXPECT_EQ(view.pulls.total, 12U);
    gate_.clock.advanceMs(10'000);
    EXPECT_FALSE(viewOf({0, 10}).nodes.items[1].isAlive);
}

TEST_F(ClusterReportTest, CountsWhatComesOfItsExchanges) {
    gate_.clock.advanceMs(100);
    gate_.runner.run([this] { report_.onFailure(); });
    gate_.clock.advanceMs(40);
    EXPECT_FALSE(viewOf({0, 10}).isRedisUp);
    EXPECT_EQ(viewOf({0, 10}).redisSinceMs, 40);
    const control::ClusterFigures figures = report_.figures();
    EXPECT_EQ(figures.exchanges, 2U);
    EXPECT_EQ(figures.failures, 1U);
    EXPECT_FALSE(figures.isRedisUp);
}

} // namespace
} // namespace hookcast::cluster
