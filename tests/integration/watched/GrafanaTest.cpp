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

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <set>
#include <string>
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

/// The page of a server on which every part is in use that shows figures.
std::string scrapeUnderLoad() {
    MockBackend backend;
    const FreePort api;
    const FreePort rtmps;
    const TempFolder folder;
    const support::Certificate certificate = support::CertificateAuthority().issue("DNS:localhost");
    const HookcastServer server(fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; metrics_streams 10; }}\n{}",
                                            api.number(), webhookTo(backend)) +
                                fmt::format("rtmps {{ enabled on; listen 127.0.0.1:{}; cert {}; key {}; }}\n",
                                            rtmps.number(), folder.write("server.crt", certificate.chainPem),
                                            folder.write("server.key", certificate.keyPem)) +
                                defaultVhost(hooksTo(backend, "breaker_failures 5;")));
    backend.addRule(R"({"match":{"action":"on_publish","stream":"bad*"},"reply":{"status":403}})");
    const auto publisher = startPublisher(server.port(), "show");
    std::vector<std::unique_ptr<RtmpClient>> players;
    for (int i = 0; i < 5; ++i) players.push_back(startPlayer(server.port(), "show"));
    EXPECT_THROW(startPublisher(server.port(), "bad"), std::runtime_error);
    for (std::uint32_t ms = 0; ms < 400; ms += 40) publisher->send(avcKeyframe(ms));
    for (const auto& player : players) player->expectMedia(10);
    backend.waitForEvents("stream:create");
    HttpAnswer page = HttpClient(api.number()).get("/metrics");
    EXPECT_EQ(page.status, 200);
    return page.body;
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
    const std::string page = scrapeUnderLoad();
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

} // namespace
} // namespace hookcast::integration
