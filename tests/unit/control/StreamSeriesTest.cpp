#include "control/StreamSeries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace hookcast::control {
namespace {

using testing::HasSubstr;
using testing::Not;

hooks::StreamKey key(const std::string& name) {
    return {"v", "live", name};
}

class StreamSeriesTest : public testing::Test {
  protected:
    std::string write(const StreamSeries::Streams& streams, std::size_t limit) {
        MetricsText metrics;
        series_.write(streams, limit, metrics);
        return metrics.text();
    }

    StreamSeries series_;
};

constexpr const char* kOther = "hookcast_stream_received_bytes_total{vhost=\"\",app=\"\",stream=\"other\"} ";

TEST_F(StreamSeriesTest, NothingIsWrittenUnlessItIsWanted) {
    EXPECT_EQ(write({{key("a"), {.receivedBytes = 10}}}, 0), "");
}

TEST_F(StreamSeriesTest, OfSoManyAndTheRestInOne) {
    const std::string text = write({{key("a"), {.receivedBytes = 10, .clients = 1}},
                                    {key("b"), {.receivedBytes = 20, .clients = 2}},
                                    {key("c"), {.receivedBytes = 30, .clients = 3}}},
                                   1);
    EXPECT_THAT(text, HasSubstr("hookcast_stream_received_bytes_total{vhost=\"v\",app=\"live\",stream=\"a\"} 10\n"));
    EXPECT_THAT(text, Not(HasSubstr("stream=\"b\"")));
    EXPECT_THAT(text, HasSubstr(kOther + std::string("50\n")));
    EXPECT_THAT(text, HasSubstr("hookcast_stream_clients{vhost=\"\",app=\"\",stream=\"other\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("hookcast_streams_without_series 2\n"));
}

/// Prometheus takes a counter that falls for one that began again, and adds all of it.
TEST_F(StreamSeriesTest, TheRestNeverFalls) {
    StreamSeries::Streams streams{{key("a"), {}}, {key("b"), {.receivedBytes = 20}}, {key("c"), {.receivedBytes = 30}}};
    EXPECT_THAT(write(streams, 1), HasSubstr(kOther + std::string("50\n")));
    streams.erase(key("c"));
    streams[key("b")].receivedBytes = 25;
    EXPECT_THAT(write(streams, 1), HasSubstr(kOther + std::string("55\n")));
    streams[key("c")].receivedBytes = 1;
    EXPECT_THAT(write(streams, 1), HasSubstr(kOther + std::string("56\n"))) << "it began again";
}

TEST_F(StreamSeriesTest, AStreamThatGetsASeriesOfItsOwnLeavesWhatItWasInTheRest) {
    const StreamSeries::Streams both{{key("a"), {.receivedBytes = 10}}, {key("b"), {.receivedBytes = 20}}};
    EXPECT_THAT(write(both, 1), HasSubstr(kOther + std::string("20\n")));
    const std::string text = write({{key("b"), {.receivedBytes = 21}}}, 1);
    EXPECT_THAT(text, HasSubstr("stream=\"b\"} 21\n"));
    EXPECT_THAT(text, HasSubstr(kOther + std::string("20\n")));
}

TEST_F(StreamSeriesTest, NoStreamIsTakenForTheRest) {
    const std::string text = write({{key("other"), {.receivedBytes = 10}}}, 1);
    EXPECT_THAT(text, HasSubstr("{vhost=\"v\",app=\"live\",stream=\"other\"} 10\n"));
    EXPECT_THAT(text, HasSubstr(kOther + std::string("0\n")));
}

} // namespace
} // namespace hookcast::control
