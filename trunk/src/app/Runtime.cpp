#include "app/Runtime.h"

#include "app/Descriptors.h"
#include "app/ServerId.h"
#include "app/Services.h"
#include "app/SharedPart.h"
#include "app/Wiring.h"
#include "base/HostName.h"
#include "base/RandomId.h"
#include "cluster/RedisState.h"
#include "config/HostPort.h"
#include "config/ReloadDiff.h"
#include "net/EndReasons.h"
#include "visits/StreamKick.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::app {

namespace {

constexpr std::size_t kServiceIdLength = 8;
constexpr std::size_t kIncarnationLength = 16;

std::vector<std::unique_ptr<net::Loop>> startLoops(unsigned count, const base::Clock& clock, base::Log& log) {
    std::vector<std::unique_ptr<net::Loop>> loops;
    for (unsigned i = 0; i < count; ++i) {
        loops.push_back(std::make_unique<net::Loop>("loop-" + std::to_string(i), clock, log));
        loops.back()->start();
    }
    return loops;
}

/// Servers of one folder have files of their own, named after that with the process id.
spool::DiskSpool::Terms spoolTerms(const config::Config& config, bool isAwaited = false) {
    spool::DiskSpool::Terms terms;
    terms.isAwaited = isAwaited;
    const config::SpoolConfig& spool = config.spool;
    if (spool.enabled) terms.path = std::filesystem::path(spool.path) / std::filesystem::path(config.pidFile).stem();
    const auto isDirect = [](const auto& webhook) { return webhook.via == config::WebhookConfig::Via::Direct; };
    terms.isNeeded = std::ranges::any_of(config.vhosts, [](const auto& vhost) { return vhost->tellsEnds(); }) ||
                     std::ranges::any_of(config.webhooks, isDirect);
    terms.mostBytes = std::uint64_t{spool.sizeMb} * 1024 * 1024;
    terms.keepMs = spool.keepMs;
    return terms;
}

std::string nodeNameOf(const config::ClusterConfig& cluster) {
    return cluster.node.empty() ? base::hostName() : cluster.node;
}

std::vector<control::ClusterView::Pull> shown(const cluster::Pulls& pulls, std::int64_t nowUnixMs) {
    std::vector<control::ClusterView::Pull> all;
    for (const cluster::PullView& pull : pulls.views()) {
        const cluster::Origin origin = pull.origin.value_or(cluster::Origin{});
        all.push_back({pull.key.text(), origin.node, origin.address, std::string(nameOf(pull.state)),
                       nowUnixMs - pull.sinceUnixMs, pull.bytes});
    }
    return all;
}

} // namespace

unsigned Runtime::loopsOf(const config::Config& config) {
    return config.loops != 0 ? config.loops : std::max(1U, std::thread::hardware_concurrency());
}

Runtime::Runtime(const std::shared_ptr<const config::Config>& config, control::ReloadControl& reloads,
                 Predecessor& predecessor, base::Log& log)
    : log_(log), config_(config), spool_(spoolTerms(*config, predecessor.isThere()), clock_, log_),
      keptEvents_(config->spool.enabled ? std::make_unique<spool::WebhookQueues>(spool_) : nullptr),
      loops_(startLoops(loopsOf(*config), clock_, log_)), heldBackTimer_(*loops_.front()),
      transport_({config->limits.hookConnections, config->limits.hookQueue}, clock_, log_),
      courierLoop_("courier", clock_, log_), dialect_(serverIdOf(*config, log_), base::randomId(kServiceIdLength)),
      admission_(transport_, dialect_, log_),
      streams_(config->limits.logBytes, config->limits.controlBytes, config->limits.extraTracks),
      sharedEvents_(makeSharedEvents(config->cluster)),
      events_(std::make_shared<hooks::EventFeed>(config->webhooks, transport_, *loops_.front(), log_,
                                                 hooks::EventFeed::Sender::ofProcess(clock_), sharedEvents_.get(),
                                                 keptEvents_.get())),
      streamEvents_(*events_, outputs::isRecorded), idleWatch_(outputs::isRecorded),
      execs_(log_, config_, config->limits.execProcesses),
      recorders_(admission_, *events_, log_, config->limits.dvrQueueBytes), hls_(log_, config_),
      hlsOutputs_(admission_, transport_, dialect_, *events_, hls_.fileOwners(), log_, config_),
      numberFile_(*config, predecessor.isThere(), log_),
      numbers_(numberFile_.last(), [this](std::uint64_t upTo) { numberFile_.keep(upTo); }),
      shared_{admission_, streams_, clients_, log_, numbers_, config_}, budget_(clientLimits(*config), clock_),
      apiBudget_(net::ConnectionBudget::Limits::ofApi(*config), clock_),
      viewerBudget_(net::ConnectionBudget::Limits::ofViewers(*config), clock_),
      snapshots_([this](const hooks::StreamKey& key) { return keyframes_.find(key); }, clock_, log_),
      recordings_(shared_, viewerBudget_, clock_), api_(apiContext(reloads), *loops_.front()),
      heartbeat_(std::make_shared<hooks::Heartbeat>(
          config_, transport_, *loops_.front(), dialect_,
          [this](std::function<void(std::string)> onText) { api_.summaries(std::move(onText)); })),
      services_(makeServices(Wiring{shared_, loops_, budget_, apiBudget_, viewerBudget_, api_, recordings_, hls_,
                                    predecessor.sockets(), kinds_})),
      captures_(shared_, *events_, config->limits.captureQueueBytes, loops_), pulls_(makePulls(*config)),
      node_(makeNode(*config)) {
    startSpool();
    streams_.addListener(streamEvents_);
    streams_.addListener(recorders_);
    hls_.setOutputs(hlsOutputs_);
    streams_.addListener(hls_);
    streams_.addListener(idleWatch_);
    streams_.addListener(execs_);
    streams_.addListener(keyframes_);
    if (node_ != nullptr) api_.serveCluster(node_->report());
    try {
        first_ = prepare(config);
    } catch (const std::exception& e) {
        events_->emergency("listener", e.what());
        events_->stop();
        spool_.stop();
        throw;
    }
}

Runtime::~Runtime() = default;

void Runtime::startSpool() {
    admission_.keepIn(spool_, courierLoop_, config_);
    courierLoop_.start();
    spool_.listen({[this](const std::string& why) { events_->emergency("spool", why); },
                   [this] {
                       admission_.lookForWork();
                       if (keptEvents_ != nullptr) keptEvents_->lookAgain();
                   },
                   [this](const std::string& what) { events_->emergency("spool", what); },
                   [this](const std::string& webhook, hooks::SpoolNumber upTo) {
                       if (keptEvents_ != nullptr) keptEvents_->forget(webhook, upTo);
                   }});
}

net::ConnectionBudget::Limits Runtime::clientLimits(const config::Config& config) const {
    net::ConnectionBudget::Limits limits = net::ConnectionBudget::Limits::of(config);
    const Descriptors descriptors = Descriptors::of(config);
    if (descriptors.clients < limits.connections) {
        log_.warn(
            "main",
            "max_connections is lowered from {} to {}: the system gives {} file descriptors (ulimit -n), and {} of "
            "them are kept for hooks, files and recordings",
            limits.connections, descriptors.clients, descriptors.given, descriptors.reserved);
        limits.connections = descriptors.clients;
    }
    return limits;
}

void Runtime::tellHeldBackLater() {
    constexpr std::int64_t kPeriodMs = 1000;
    heldBackTimer_.runAfter(kPeriodMs, [this] {
        log_.tellHeldBack(clock_.monotonicMs());
        tellHeldBackLater();
    });
}

control::ApiContext Runtime::apiContext(control::ReloadControl& reloads) {
    control::ApiContext context{shared_, *events_, dialect_, budget_, reloads, clock_, HOOKCAST_VERSION, {}};
    context.listeners = kinds_.views();
    context.recordings = &recordings_;
    context.snapshots = &snapshots_;
    context.gauges.push_back({"dvr_frames_left_out_total", "Frames that no recording has, because the disk was behind.",
                              true, [this] { return recorders_.framesLeftOut(); }});
    context.gauges.push_back({"spool_dropped_total", "Events that backends were owed, and will not be told.", true,
                              [this] { return spool_.figures().dropped; }});
    context.gauges.push_back(
        {"spool_owed", "Events that backends have still to be told.", false, [this] { return spool_.figures().owed; }});
    context.gauges.push_back({"api_connections", "Connections to the addresses of http_api.", false,
                              [this]() -> std::uint64_t { return apiBudget_.open(); }});
    context.gauges.push_back(
        {"hls_viewers", "Viewers of HLS.", false, [this] { return hls_.figures().viewers.load(); }});
    context.gauges.push_back({"hls_viewers_refused_total",
                              "Viewers of HLS for whom hls_viewers, or a limit of their address, had no room.", true,
                              [this] { return hls_.figures().refused.load(); }});
    context.gauges.push_back({"hls_requests_total", "Requests for playlists and segments that were let in.", true,
                              [this] { return hls_.figures().requests.load(); }});
    context.gauges.push_back({"hls_sent_bytes_total", "Bytes sent in answer to such requests, heads included.", true,
                              [this] { return hls_.figures().sentBytes.load(); }});
    context.gauges.push_back(
        {"hls_memory_bytes", "Segments of HLS in memory.", false, [this] { return hls_.memory().sizeBytes(); }});
    context.gauges.push_back({"hls_segments_dropped_total", "Segments that went before their time, as hls_memory says.",
                              true, [this] { return hls_.memory().dropped(); }});
    context.gauges.push_back({"dvr_recordings", "Recordings that are being written or completed.", false,
                              [this]() -> std::uint64_t { return recorders_.openRecordings(); }});
    context.gauges.push_back({"recording_viewers", "Who looks at recordings by a playlist.", false,
                              [this]() -> std::uint64_t { return recordings_.viewers().count(); }});
    context.gauges.push_back({"recording_viewers_refused_total", "Viewers of recordings for whom there was no room.",
                              true, [this] { return recordings_.viewers().refused(); }});
    context.gauges.push_back({"recording_segment_bytes", "Segments of recordings that are being sent.", false,
                              [this]() -> std::uint64_t { return recordings_.segmentBytes(); }});
    context.gauges.push_back({"recording_segments_refused_total", "Segments of recordings for which there was no room.",
                              true, [this] { return recordings_.segmentsRefused(); }});
    context.gauges.push_back({"hls_segments_waiting", "Segments that wait for the disk, or to be told.", false,
                              [this]() -> std::uint64_t { return hlsOutputs_.segmentsWaiting(); }});
    context.gauges.push_back({"hls_segments_left_out_total", "Segments of which no file could be written.", true,
                              [this] { return hlsOutputs_.segmentsLeftOut(); }});
    context.gauges.push_back({"hls_hooks_left_out_total", "Segments that on_hls was not told of, as too many waited.",
                              true, [this] { return hlsOutputs_.hooksLeftOut(); }});
    context.gauges.push_back({"hls_notifies_failed_total",
                              "Calls of on_hls_notify that were not answered, or left out.", true,
                              [this] { return hlsOutputs_.notifiesFailed(); }});
    return context;
}

Runtime::Prepared Runtime::prepare(const std::shared_ptr<const config::Config>& config) {
    Prepared prepared;
    for (const auto& service : services_) prepared.push_back(service->prepare(config));
    return prepared;
}

/// Also lets other nodes pull from this one. Nobody asks for the time or a number before the node is there.
std::unique_ptr<cluster::Pulls> Runtime::makePulls(const config::Config& config) {
    const config::ClusterConfig& cluster = config.cluster;
    if (!cluster.enabled || cluster.secret.empty()) return nullptr;
    const std::string node = nodeNameOf(cluster);
    const auto nowUnixMs = [this] { return node_->clusterUnixMs(); };
    admission_.servePulls(
        {cluster.secret, node, nowUnixMs, [this](const hooks::StreamKey& key) { return node_->fenceOf(key); }});
    log_.trace("cluster", "other nodes pull from this one, {}, at {}", node, config::nodeAddress(config).text());
    return std::make_unique<cluster::Pulls>(
        shared_, cluster::Pulls::Terms{node, cluster.secret, nowUnixMs, cluster.pullIdleMs, cluster.maxPulls}, loops_);
}

std::unique_ptr<cluster::Node> Runtime::makeNode(const config::Config& config) {
    const config::ClusterConfig& cluster = config.cluster;
    if (!cluster.enabled) return nullptr;
    cluster::LeaseTerms terms{nodeNameOf(cluster), base::randomId(kIncarnationLength), cluster.leaseMs,
                              cluster.maxCaptures, cluster.maxInputKbps};
    terms.cluster = cluster.name;
    if (pulls_ != nullptr) terms.address = config::nodeAddress(config).text();
    auto node = std::make_unique<cluster::Node>(
        terms, std::make_unique<cluster::RedisState>(cluster::RedisPlace::of(cluster), log_),
        cluster::Node::Parts{captures_, streams_, *events_, pulls_.get(), clock_, log_});
    if (pulls_ != nullptr) node->report().showPulls([this] { return shown(*pulls_, node_->clusterUnixMs()); });
    node->report().tellKicks([this](const hooks::StreamKey& key) {
        (void)visits::beginKick(admission_, clients_, key, hooks::HookAction::Publish);
    });
    return node;
}

std::unique_ptr<cluster::SharedEvents> Runtime::makeSharedEvents(const config::ClusterConfig& cluster) const {
    if (!cluster.enabled) return nullptr;
    return std::make_unique<cluster::SharedEvents>(
        cluster::RedisPlace::of(cluster),
        cluster::SharedEventQueue::Terms{nodeNameOf(cluster), base::randomId(kIncarnationLength), cluster.leaseMs},
        clock_, log_);
}

void Runtime::start() {
    const std::shared_ptr<const config::Config> config = config_.get();
    if (node_ != nullptr) node_->start();
    // All is bound: the first event is that the server is up, however fast the first client is.
    events_->start();
    for (base::Task& serve : std::exchange(first_, {})) serve();
    captures_.apply(*config);
    if (node_ != nullptr) node_->apply(*config);
    heartbeat_->apply();
    admission_.lookForWork();
    loops_.front()->post([this] { tellHeldBackLater(); });
}

base::Result<std::size_t> Runtime::reload(const config::Config& wanted) {
    const std::shared_ptr<const config::Config> before = config_.get();
    const config::ReloadDiff diff = config::reloadDiff(*before, wanted);
    Prepared prepared;
    try {
        prepared = prepare(diff.config);
    } catch (const std::exception& e) {
        return base::Error{e.what()};
    }
    try {
        apply(std::move(prepared), diff.config);
    } catch (const std::exception& e) {
        goBackTo(before);
        return base::Error{e.what()};
    }
    for (const std::string& path : diff.untilRestart) log_.warn("config", "{} counts at the next start only", path);
    return diff.untilRestart.size();
}

/// Whoever can be refused something by the machine comes before those who end what runs.
void Runtime::apply(Prepared prepared, const std::shared_ptr<const config::Config>& config) {
    const std::shared_ptr<const config::Config> before = config_.get();
    config_.replace(config);
    admission_.forgetChanged(*before, *config);
    spool_.setBounds(spoolTerms(*config).mostBytes, config->spool.keepMs);
    budget_.setLimits(clientLimits(*config));
    apiBudget_.setLimits(net::ConnectionBudget::Limits::ofApi(*config));
    viewerBudget_.setLimits(net::ConnectionBudget::Limits::ofViewers(*config));
    events_->apply(config->webhooks);
    captures_.apply(*config);
    if (node_ != nullptr) node_->apply(*config);
    for (base::Task& serve : prepared) serve();
    endGoneVhosts(*config);
    heartbeat_->apply();
}

void Runtime::goBackTo(const std::shared_ptr<const config::Config>& config) {
    try {
        apply(prepare(config), config);
    } catch (const std::exception& e) {
        config_.replace(config);
        log_.error("config", "not everything is as before the reload: {}", e.what());
    }
}

void Runtime::endGoneVhosts(const config::Config& config) {
    const auto isGone = [&config](const std::string& name) {
        const auto isIt = [&name](const auto& vhost) { return vhost->name == name && vhost->enabled; };
        return !name.empty() && std::ranges::none_of(config.vhosts, isIt);
    };
    for (const auto& service : services_) service->endSessions(isGone, net::kVhostGone);
    if (pulls_ != nullptr) pulls_->endVhosts(isGone, net::kVhostGone);
}

void Runtime::stopAccepting() {
    for (const auto& service : services_) service->stopAccepting();
}

void Runtime::handOver() {
    const auto reloaded = reload(sharedPart(*config_.get()));
    if (!reloaded) log_.error("main", "not everything is handed over: {}", reloaded.error().message);
    stopAccepting();
    numberFile_.leave();
}

std::vector<net::Loop*> Runtime::loops() {
    std::vector<net::Loop*> all;
    for (const auto& loop : loops_) all.push_back(loop.get());
    all.push_back(&courierLoop_);
    all.push_back(&transport_.loop());
    return all;
}

void Runtime::stop(const std::string& reason) {
    const std::shared_ptr<const config::Config> config = config_.get();
    stopPart("captures", [&] { captures_.stop(reason); });
    if (node_ != nullptr) stopPart("the cluster", [&] { node_->stop(reason); });
    if (pulls_ != nullptr) stopPart("pulls", [&] { pulls_->stop(reason); });
    for (const auto& service : services_) stopPart("a service", [&] { service->stop(reason); });
    stopPart("the heartbeat", [this] { heartbeat_->stop(); });
    stopPart("the control interface", [this] { api_.stop(); });
    if (!recorders_.stop(config->limits.dvrDrainMs))
        log_.error("dvr", "{} recordings were not complete within dvr_drain", recorders_.openRecordings());
    if (!hlsOutputs_.stop(config->limits.dvrDrainMs))
        log_.error("hls", "{} segments were not written and told within dvr_drain", hlsOutputs_.segmentsWaiting());
    if (!admission_.drain(config->limits.hookDrainMs))
        log_.error("hooks", "{} hook events were not delivered within hook_drain", admission_.openJobs());
    stopPart("webhooks", [this] { events_->stop(); });
    transport_.stop();
    courierLoop_.stop();
    for (const auto& loop : loops_) loop->stop();
    spool_.stop();
    numberFile_.keep(numbers_.last());
    log_.tellHeldBack(base::Log::kAllHeldBack);
}

void Runtime::stopPart(const char* part, const std::function<void()>& stop) {
    try {
        stop();
    } catch (const std::exception& e) {
        log_.error("main", "internal error: the end of {} threw: {}", part, e.what());
    }
}

} // namespace hookcast::app
