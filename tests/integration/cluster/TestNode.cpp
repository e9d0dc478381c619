#include "cluster/TestNode.h"

#include "app/Services.h"
#include "app/Wiring.h"
#include "config/ConfigLoader.h"
#include "config/Finding.h"
#include "control/ApiContext.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

std::shared_ptr<const config::Config> load(const std::string& text) {
    config::LoadOutcome outcome = config::ConfigLoader().loadText(text, "node.conf", {});
    if (outcome.config != nullptr) return outcome.config;
    std::string faults;
    for (const std::string& line : config::findingLines(outcome.findings)) faults += line + "\n";
    throw std::runtime_error(faults);
}

std::array<std::unique_ptr<net::Loop>, 2> startLoops(const base::Clock& clock, base::Log& log) {
    std::array<std::unique_ptr<net::Loop>, 2> loops;
    for (auto& loop : loops) {
        loop = std::make_unique<net::Loop>("loop", clock, log);
        loop->start();
    }
    return loops;
}

} // namespace

/// In the order of app::Runtime.
struct TestNode::Life {
    Life(TestNode& node, const std::string& logFile);
    ~Life();

    base::Log log;
    config::CurrentConfig current;
    base::SystemClock clock;
    std::array<std::unique_ptr<net::Loop>, 2> loops;
    hooks::CurlTransport transport;
    hooks::SrsJsonDialect dialect{"vid-test", "test"};
    hooks::Admission admission{transport, dialect, log};
    hub::StreamRegistry streams{16 * 1024 * 1024, 256 * 1024};
    visits::ClientBook clients;
    std::shared_ptr<hooks::EventFeed> events;
    visits::ClientNumbers numbers;
    visits::Services shared{admission, streams, clients, log, numbers, current};
    net::ConnectionBudget budget;
    net::ConnectionBudget apiBudget;
    net::ConnectionBudget viewerBudget;
    NoReload reload;
    vod::Recordings recordings{shared, viewerBudget, clock};
    hls::Streams hls{log, current};
    control::Api api;
    net::InheritedSockets inherited;
    app::ListenerKinds kinds;
    std::vector<std::unique_ptr<app::Service>> services;
    cluster::Pulls pulls;
};

TestNode::Life::Life(TestNode& node, const std::string& logFile)
    : log(base::LogLevel::Info, logFile), current(load(node.text_)), loops(startLoops(clock, log)),
      transport({8, 1000}, clock, log),
      events(std::make_shared<hooks::EventFeed>(std::vector<config::WebhookConfig>{}, transport, *loops.front(), log,
                                                hooks::EventFeed::Sender::ofProcess(clock))),
      budget(net::ConnectionBudget::Limits::of(*current.get()), clock),
      apiBudget(net::ConnectionBudget::Limits::ofApi(*current.get()), clock),
      viewerBudget(net::ConnectionBudget::Limits::ofViewers(*current.get()), clock),
      api(control::ApiContext{shared, *events, dialect, budget, reload, clock, "0", {}}, *loops.front()),
      services(app::makeServices(
          app::Wiring{shared, loops, budget, apiBudget, viewerBudget, api, recordings, hls, inherited, kinds})),
      pulls(shared, {node.name_, kSecret, [&node, this] { return clock.unixMs() + node.aheadMs; }, 300, 100}, loops) {
    admission.servePulls({kSecret, node.name_, [&node, this] { return clock.unixMs() + node.aheadMs; },
                          [&node](const hooks::StreamKey&) { return node.fence.load(); }});
    for (const auto& service : services) service->prepare(current.get())();
}

TestNode::Life::~Life() {
    pulls.stop("the node ends");
    for (const auto& service : services) service->stop("the node ends");
    api.stop();
    admission.drain(5000);
    transport.stop();
    for (const auto& loop : loops) loop->stop();
}

TestNode::TestNode(std::string name, std::string_view config)
    : name_(std::move(name)), logFile_(folder_.file("node.log")) {
    text_ = fmt::format("listen {};\nhttp_server {{ enabled on; listen {}; dir {}; }}\n"
                        "http_api {{ enabled on; listen {}; }}\n{}",
                        rtmp_.number(), http_.number(), folder_.path().string(), api_.number(), config);
    begin();
}

TestNode::~TestNode() = default;

cluster::Origin TestNode::origin(std::uint64_t number) const {
    return {name_, fmt::format("127.0.0.1:{}", port()), number};
}

void TestNode::begin() {
    life_ = std::make_unique<Life>(*this, logFile_);
    pulls_ = &life_->pulls;
}

void TestNode::end() {
    pulls_ = nullptr;
    life_.reset();
}

void TestNode::waitForLog(std::string_view text) const {
    waitForContent(logFile_, text);
}

std::size_t TestNode::logged(std::string_view text) const {
    const std::string log = readFile(logFile_);
    std::size_t count = 0;
    for (std::size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
    return count;
}

} // namespace hookcast::integration
