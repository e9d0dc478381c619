// /metrics, read as strictly as its format is written.
#include "support/ApiClient.h"
#include "support/Deadline.h"
#include "support/FreePort.h"
#include "support/MetricsPage.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Metrics : public testing::Test {
  protected:
    void start(std::string_view vhost, std::string_view inApi = "", std::string_view config = "") {
        server_ = std::make_unique<ProtocolServer>(
            vhost,
            fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; {} }}\n{}", port_.number(), inApi, config));
    }

    std::uint16_t rtmpPort() const { return server_->server().port(); }

    PrometheusText read() const { return readMetrics(api_); }

    void expect(const std::string& series, double value) const { expectMetric(api_, series, value); }

    FreePort port_;
    ApiClient api_{port_.number()};
    std::unique_ptr<ProtocolServer> server_;
};

TEST_F(Metrics, AreWhatPrometheusReads) {
    MockBackend backend;
    start(hooksTo(backend), "metrics_streams 10;", webhookTo(backend) + webhookTo(backend));
    const auto player = startPlayer(rtmpPort(), "show");
    const PrometheusText page = read();
    EXPECT_EQ(page.value("hookcast_clients{protocol=\"rtmp\",role=\"play\"}"), 1);
    EXPECT_EQ(page.value("hookcast_hook_calls_total"), 2);
    EXPECT_EQ(page.types.at("hookcast_hook_duration_seconds"), "histogram");
}

TEST_F(Metrics, TellOfTheProcessAsPrometheusOwnLibrariesDo) {
    start("");
    const PrometheusText page = read();
    for (const char* name : {"process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds",
                             "process_max_fds", "process_start_time_seconds"}) {
        EXPECT_EQ(page.types.at(name), "gauge") << name;
        EXPECT_GT(page.value(name), 0) << name;
    }
    EXPECT_EQ(page.types.at("process_cpu_seconds_total"), "counter");
    EXPECT_GE(page.value("process_cpu_seconds_total"), 0);
    EXPECT_LE(page.value("process_open_fds"), page.value("process_max_fds"));
    EXPECT_GT(page.value("process_start_time_seconds"), 1.7e9);
}

TEST_F(Metrics, CountBytesByProtocolForGood) {
    start("");
    const std::string received = "hookcast_received_bytes_total{protocol=\"rtmp\"}";
    const std::string sent = "hookcast_sent_bytes_total{protocol=\"rtmp\"}";
    auto publisher = startPublisher(rtmpPort(), "show");
    auto player = startPlayer(rtmpPort(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0, 40'000));
    publisher->sync();
    player->expectMedia(2);
    const PrometheusText before = read();
    EXPECT_GT(before.value(received), 40'000);
    EXPECT_GT(before.value(sent), 40'000);
    publisher.reset();
    player.reset();
    expect("hookcast_clients{protocol=\"rtmp\",role=\"play\"}", -1);
    const PrometheusText after = read();
    EXPECT_GE(after.value(received), before.value(received));
    EXPECT_GE(after.value(sent), before.value(sent));
    EXPECT_EQ(after.value("hookcast_received_bytes_total{protocol=\"srt\"}"), 0);
}

TEST_F(Metrics, CountRefusalsByCause) {
    MockBackend backend;
    start(hooksTo(backend, "timeout 1;") + "security { enabled on; deny play 127.0.0.1; allow publish all; }", "",
          "vhost off { enabled off; }\n");
    const auto cause = [](const char* name) { return fmt::format("hookcast_refusals_total{{cause=\"{}\"}}", name); };
    for (const char* name : {"security", "code", "timeout", "no_connection", "busy", "vhost", "limit"})
        EXPECT_EQ(read().value(cause(name)), 0) << name;
    EXPECT_THROW(startPlayer(rtmpPort(), "show"), std::runtime_error);
    expect(cause("security"), 1);
    const auto publisher = startPublisher(rtmpPort(), "show");
    EXPECT_THROW(startPublisher(rtmpPort(), "show"), std::runtime_error);
    expect(cause("busy"), 1);
    EXPECT_THROW(startPublisher(rtmpPort(), "show?vhost=off"), std::runtime_error);
    expect(cause("vhost"), 1);
    const SrtClient caller(server_->port(Protocol::Srt), "#!::h=off,r=live/show,m=publish");
    EXPECT_FALSE(caller.connected());
    EXPECT_GE(read().value(cause("vhost")), 2) << "libsrt may ask about a caller several times";
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":200,"body":"1"}})");
    EXPECT_THROW(startPublisher(rtmpPort(), "other"), std::runtime_error);
    expect(cause("code"), 1);
    backend.removeRules();
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":600000}})");
    EXPECT_THROW(startPublisher(rtmpPort(), "other"), std::runtime_error);
    expect(cause("timeout"), 1);
    backend.stop();
    EXPECT_THROW(connectClient(rtmpPort()), std::runtime_error);
    expect(cause("no_connection"), 1);
    EXPECT_EQ(read().value(cause("code")), 1);
}

TEST_F(Metrics, HaveASeriesPerStreamOnlyWhereTheyAreToldTo) {
    start("");
    const auto publisher = startPublisher(rtmpPort(), "show");
    EXPECT_THAT(api_.ask("GET", "/metrics").body, Not(HasSubstr("show")));
}

TEST_F(Metrics, HaveSoManySeriesOfStreamsAndOneOfTheRest) {
    start("", "metrics_streams 2;");
    std::vector<std::unique_ptr<RtmpClient>> publishers;
    for (const char* name : {"a", "b\"\\", "c", "d"}) {
        publishers.push_back(startPublisher(rtmpPort(), name));
        publishers.back()->send(avcConfig(0));
        publishers.back()->send(avcKeyframe(0, 1000));
        publishers.back()->sync();
    }
    const PrometheusText page = read();
    const std::string frames = "hookcast_stream_video_frames_total{vhost=\"";
    EXPECT_EQ(page.value(frames + R"(__defaultVhost__",app="live",stream="a"})"), 1);
    EXPECT_EQ(page.value(frames + R"(__defaultVhost__",app="live",stream="b\"\\"})"), 1);
    EXPECT_EQ(page.value(frames + R"(__defaultVhost__",app="live",stream="c"})"), -1);
    EXPECT_EQ(page.value(frames + R"(",app="",stream="other"})"), 2);
    EXPECT_EQ(page.value("hookcast_streams_without_series"), 2);
}

} // namespace
} // namespace hookcast::integration
