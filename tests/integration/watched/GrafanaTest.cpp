// tools/grafana: dashboard and alert rules, beside what a server under load really tells at /metrics.
#include "shared/CertificateAuthority.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/PrometheusText.h"
#include "support/Sessions.h"
#include "support/StrictJson.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/String.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const std::string kFolder = HOOKCAST_SOURCE_DIR "/tools/grafana";
const std::string kRules = kFolder + "/alerts.yml";
const std::string kDashboard = kFolder + "/dashboards/hookcast.json";

void expectPromtoolAgrees(const std::vector<std::string>& arguments, const std::string& folder = kFolder) {
    std::vector<std::string> words = {"promtool"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ChildProcess promtool({words, {}, folder});
    EXPECT_EQ(promtool.waitForExit().code, 0) << promtool.output().text() << promtool.errors().text();
}

/// Names of metrics, of series without what a histogram adds.
std::set<std::string> metricsNamedIn(const std::string& text) {
    static const std::regex kName(R"(\b(hookcast|process)_[a-z0-9_]+)");
    std::set<std::string> names;
    for (std::sregex_iterator found(text.begin(), text.end(), kName), none; found != none; ++found)
        names.insert(found->str());
    return names;
}

/// A server on which every part is in use that shows figures.
class LoadedServer {
  public:
    LoadedServer() {
        backend_.addRule(R"({"match":{"action":"on_publish","stream":"bad*"},"reply":{"status":403}})");
        publisher_ = startPublisher(server_.port(), "show");
        for (int i = 0; i < 5; ++i) players_.push_back(startPlayer(server_.port(), "show"));
        EXPECT_THROW(startPublisher(server_.port(), "bad"), std::runtime_error);
        for (std::uint32_t ms = 0; ms < 400; ms += 40) publisher_->send(avcKeyframe(ms));
        for (const auto& player : players_) player->expectMedia(10);
        backend_.waitForEvents("stream:create");
    }

    std::uint16_t apiPort() const { return api_.number(); }

  private:
    MockBackend backend_;
    const FreePort api_;
    const FreePort rtmps_;
    const TempFolder folder_;
    const support::Certificate certificate_ = support::CertificateAuthority().issue("DNS:localhost");
    const HookcastServer server_{
        fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; metrics_streams 10; }}\n{}", api_.number(),
                    webhookTo(backend_)) +
        fmt::format("rtmps {{ enabled on; listen 127.0.0.1:{}; cert {}; key {}; }}\n", rtmps_.number(),
                    folder_.write("server.crt", certificate_.chainPem),
                    folder_.write("server.key", certificate_.keyPem)) +
        defaultVhost(hooksTo(backend_, "breaker_failures 5;") + " publish { normal_timeout 600000; }")};
    std::unique_ptr<RtmpClient> publisher_;
    std::vector<std::unique_ptr<RtmpClient>> players_;
};

/// Debian's Prometheus, which scrapes one server by the files of tools/grafana, each second.
class Prometheus {
  public:
    explicit Prometheus(std::uint16_t apiPort) {
        std::string config = readFile(kFolder + "/prometheus.yml");
        for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
                 {"hookcast:1985", fmt::format("127.0.0.1:{}", apiPort)},
                 {"scrape_interval: 15s", "scrape_interval: 1s"},
                 {"evaluation_interval: 15s", "evaluation_interval: 1s"}}) {
            const std::size_t at = config.find(from);
            if (at == std::string::npos) throw std::runtime_error("prometheus.yml is without " + from);
            config.replace(at, from.size(), to);
        }
        folder_.write("alerts.yml", readFile(kRules));
        process_ = std::make_unique<ChildProcess>(
            ChildProcess::Command{{"prometheus", "--config.file=" + folder_.write("prometheus.yml", config),
                                   "--storage.tsdb.path=" + folder_.file("data"),
                                   fmt::format("--web.listen-address=127.0.0.1:{}", port_.number())},
                                  {},
                                  folder_.path().string()});
        process_->errors().waitFor("Server is ready to receive web requests");
    }

    /// By HTTP/1.0: what it says is not in chunks then.
    Poco::JSON::Object::Ptr get(const std::string& target) const {
        HttpClient client(port_.number());
        client.sendRaw(fmt::format("GET {} HTTP/1.0\r\nHost: localhost\r\n\r\n", target));
        const std::string answer = client.receiveToEnd();
        return Poco::JSON::Parser().parse(answer.substr(answer.find("\r\n\r\n"))).extract<Poco::JSON::Object::Ptr>();
    }

    /// Waits until the query has a series. Throws std::runtime_error where it makes no sense, or has none.
    void expectSeries(const std::string& query) const {
        std::string encoded;
        Poco::URI::encode(query, "+&=#%", encoded);
        const Deadline deadline;
        for (;;) {
            const auto answer = get("/api/v1/query?query=" + encoded);
            if (answer->getValue<std::string>("status") != "success")
                throw std::runtime_error(query + ": " + answer->getValue<std::string>("error"));
            if (answer->getObject("data")->getArray("result")->size() > 0) return;
            if (deadline.passed()) throw std::runtime_error(query + " has no series");
            // Prometheus tells nothing by itself, either.
            std::this_thread::yield();
        }
    }

  private:
    TempFolder folder_;
    FreePort port_;
    std::unique_ptr<ChildProcess> process_;
};

/// What the panels of the dashboard ask, as Grafana asks it.
std::vector<std::string> dashboardQueries() {
    std::vector<std::string> queries;
    const auto dashboard = Poco::JSON::Parser().parse(readFile(kDashboard)).extract<Poco::JSON::Object::Ptr>();
    for (const auto& panel : *dashboard->getArray("panels")) {
        const auto targets = panel.extract<Poco::JSON::Object::Ptr>()->getArray("targets");
        if (targets.isNull()) continue;
        for (const auto& target : *targets) {
            std::string query = target.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("expr");
            Poco::replaceInPlace(query, std::string("$instance"), std::string(".+"));
            Poco::replaceInPlace(query, std::string("$__rate_interval"), std::string("1m"));
            queries.push_back(std::move(query));
        }
    }
    return queries;
}

TEST(Alerts, ArePromtoolsRulesAndEachFiresWhenItShould) {
    expectPromtoolAgrees({"check", "rules", "alerts.yml"});
    expectPromtoolAgrees({"test", "rules", "alerts-test.yml"});
    expectPromtoolAgrees({"check", "config", "prometheus.yml"});
    const std::string rules = readFile(kRules);
    const std::string tests = readFile(kFolder + "/alerts-test.yml");
    static const std::regex kAlert(R"(- alert: (\w+))");
    std::vector<std::string> alerts;
    for (std::sregex_iterator found(rules.begin(), rules.end(), kAlert), none; found != none; ++found)
        alerts.push_back(found->str(1));
    EXPECT_THAT(alerts, SizeIs(10));
    for (const std::string& alert : alerts) {
        // Once silent, and once not.
        EXPECT_NE(tests.find(fmt::format("alertname: {}, exp_alerts: []", alert)), std::string::npos) << alert;
        EXPECT_NE(tests.find(fmt::format("alertname: {}\n        exp_alerts:\n", alert)), std::string::npos) << alert;
    }
}

TEST(Dashboard, AndRulesNameWhatTheServerTells) {
    const LoadedServer server;
    const HttpAnswer answer = HttpClient(server.apiPort()).get("/metrics");
    ASSERT_EQ(answer.status, 200);
    const std::string& page = answer.body;
    const PrometheusText text(page);
    EXPECT_THAT(text.faults, IsEmpty());
    std::set<std::string> told;
    for (const auto& [series, value] : text.samples) told.insert(series.substr(0, series.find('{')));
    const std::string dashboard = readFile(kDashboard);
    for (const std::string& file : {dashboard, readFile(kRules)}) {
        const std::set<std::string> named = metricsNamedIn(file);
        EXPECT_GE(named.size(), 8U);
        for (const std::string& name : named) EXPECT_TRUE(told.contains(name)) << name;
    }
    EXPECT_EQ(jsonFault(dashboard), "");

    const TempFolder folder;
    const std::string metrics = folder.write("metrics", page);
    ChildProcess promtool({{"sh", "-c", "promtool check metrics <" + metrics}, {}, {}});
    EXPECT_EQ(promtool.waitForExit().code, 0) << promtool.output().text() << promtool.errors().text();
}

TEST(Dashboard, EachPanelShowsSomethingInARealPrometheus) {
    const LoadedServer server;
    const Prometheus prometheus(server.apiPort());
    prometheus.expectSeries(R"(up{job="hookcast"} == 1)");
    const std::vector<std::string> queries = dashboardQueries();
    EXPECT_GE(queries.size(), 40U);
    for (const std::string& query : queries) EXPECT_NO_THROW(prometheus.expectSeries(query));
    const auto groups = prometheus.get("/api/v1/rules")->getObject("data")->getArray("groups");
    ASSERT_EQ(groups->size(), 1U);
    for (const auto& rule : *groups->getObject(0)->getArray("rules")) {
        const auto one = rule.extract<Poco::JSON::Object::Ptr>();
        EXPECT_EQ(one->getValue<std::string>("health"), "ok") << one->getValue<std::string>("name");
    }
}

} // namespace
} // namespace hookcast::integration
