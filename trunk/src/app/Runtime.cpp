#include "app/Runtime.h"

#include "app/Descriptors.h"
#include "app/ServerId.h"
#include "base/RandomId.h"
#include "config/ReloadDiff.h"
#include "http/HttpSession.h"
#include "rtmp/Session.h"
#include "rtsp/Session.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::app {

namespace {

constexpr std::size_t kServiceIdLength = 8;

std::vector<std::unique_ptr<net::Loop>> startLoops(unsigned configured, const base::Clock& clock, base::Log& log) {
    const unsigned count = configured != 0 ? configured : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::unique_ptr<net::Loop>> loops;
    for (unsigned i = 0; i < count; ++i) {
        loops.push_back(std::make_unique<net::Loop>("loop-" + std::to_string(i), clock, log));
        loops.back()->start();
    }
    return loops;
}

std::vector<config::ListenAddress> rtmpAddresses(const config::Config& config) {
    return config.rtmpListen;
}

/// For programs that fetch a stream from here; 0 where there is no RTMP.
std::uint16_t rtmpPort(const config::Config& config) {
    return config.rtmpListen.empty() ? 0 : config.rtmpListen.front().port;
}

std::vector<config::ListenAddress> rtspAddresses(const config::Config& config) {
    return config.rtsp.enabled ? config.rtsp.listen : std::vector<config::ListenAddress>();
}

std::vector<config::ListenAddress> httpAddresses(const config::Config& config) {
    return config.http.enabled ? config.http.listen : std::vector<config::ListenAddress>();
}

std::vector<config::ListenAddress> apiAddresses(const config::Config& config) {
    return config.ownApiAddresses();
}

std::vector<config::ListenAddress> srtAddresses(const config::Config& config) {
    return config.srt.enabled ? config.srt.listen : std::vector<config::ListenAddress>();
}

} // namespace

template <typename Session, typename Context>
void Runtime::addService(const char* name, TcpService::Addresses addresses, Context& context,
                         net::ConnectionBudget& budget) {
    const auto makeSession = [this, &context](net::Loop& loop, const Poco::Net::StreamSocket& socket,
                                              const net::TcpSession::OnGone& onGone) {
        return std::make_shared<Session>(context, config_.get(), loop, socket, onGone);
    };
    services_.push_back(std::make_unique<TcpService>(name, addresses, loops_, budget, log_, makeSession));
}

Runtime::Runtime(const std::shared_ptr<const config::Config>& config, http::ReloadControl& reloads, base::Log& log)
    : log_(log), config_(config), loops_(startLoops(config->loops, clock_, log_)), heldBackTimer_(*loops_.front()),
      transport_({config->limits.hookConnections, config->limits.hookQueue}, clock_),
      dialect_(serverIdOf(*config, log_), base::randomId(kServiceIdLength)), admission_(transport_, dialect_, log_),
      streams_(config->limits.logBytes, config->limits.controlBytes),
      events_(std::make_shared<hooks::EventFeed>(config->webhooks, transport_, *loops_.front(), log_,
                                                 hooks::EventFeed::Sender::ofProcess())),
      streamEvents_(*events_, outputs::isRecorded), idleWatch_(outputs::isRecorded),
      execs_(log_, rtmpPort(*config), config->limits.execProcesses),
      recorders_(admission_, *events_, log_, config->limits.dvrQueueBytes), budget_(clientLimits(*config), clock_),
      apiBudget_(net::ConnectionBudget::Limits::ofApi(*config), clock_), rtmpContext_{{admission_, streams_, log_,
                                                                                       lastClientNumber_, config_},
                                                                                      rtmpFormats_},
      rtspPorts_(config->rtsp.rtpPortMin, config->rtsp.rtpPortMax),
      rtspContext_{{admission_, streams_, log_, lastClientNumber_, config_}, rtspFormat_, rtspPorts_},
      srtContext_{{admission_, streams_, log_, lastClientNumber_, config_}, tsFormat_},
      httpContext_{{admission_, streams_, log_, lastClientNumber_, config_}, "hookcast/" HOOKCAST_VERSION, {}},
      apiContext_(httpContext_), api_(apiContext(reloads), *loops_.front()),
      heartbeat_(std::make_shared<hooks::Heartbeat>(
          config_, transport_, *loops_.front(), dialect_,
          [this](std::function<void(std::string)> onText) { api_.summaries(std::move(onText)); })),
      sharedApi_(api_, config_), liveMounts_(httpContext_, config), staticFiles_(httpContext_, config),
      captures_({admission_, streams_, log_, lastClientNumber_, config_}, *events_, config->limits.captureQueueBytes,
                loops_) {
    httpContext_.handlers = {&sharedApi_, &liveMounts_, &staticFiles_};
    apiContext_.handlers = {&api_};
    apiContext_.server = &config::Config::apiServer;
    apiContext_.methods = "GET, HEAD, POST, DELETE, OPTIONS";
    streams_.addListener(streamEvents_);
    streams_.addListener(recorders_);
    streams_.addListener(idleWatch_);
    streams_.addListener(execs_);
    addService<rtmp::Session>("RTMP", rtmpAddresses, rtmpContext_, budget_);
    addService<rtsp::Session>("RTSP", rtspAddresses, rtspContext_, budget_);
    addService<http::HttpSession>("HTTP", httpAddresses, httpContext_, budget_);
    addService<http::HttpSession>("HTTP API", apiAddresses, apiContext_, apiBudget_);
    try {
        first_ = prepare(*config);
    } catch (const std::exception& e) {
        events_->emergency("listener", e.what());
        events_->stop();
        throw;
    }
}

Runtime::~Runtime() = default;

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

http::ApiContext Runtime::apiContext(http::ReloadControl& reloads) {
    http::ApiContext context{httpContext_, *events_, dialect_, budget_, reloads, HOOKCAST_VERSION, {}};
    context.gauges.push_back({"dvr_frames_left_out_total", "Frames that no recording has, because the disk was behind.",
                              true, [this] { return recorders_.framesLeftOut(); }});
    context.gauges.push_back({"api_connections", "Connections to the addresses of http_api.", false,
                              [this]() -> std::uint64_t { return apiBudget_.open(); }});
    context.gauges.push_back({"dvr_recordings", "Recordings that are being written or completed.", false,
                              [this]() -> std::uint64_t { return recorders_.openRecordings(); }});
    return context;
}

Runtime::Prepared Runtime::prepare(const config::Config& config) {
    Prepared prepared;
    for (const auto& service : services_) prepared.tcp.push_back(service->prepare(config));
    if (srtServer_ != nullptr && config.srt.enabled)
        prepared.srtListeners = srtServer_->bindMissing(config.srt);
    else if (config.srt.enabled)
        prepared.srtServer = std::make_unique<srt::Server>(srtContext_, config.srt, loops_, budget_);
    return prepared;
}

void Runtime::serve(Prepared prepared, const config::Config& config) {
    for (std::size_t i = 0; i < services_.size(); ++i) services_[i]->apply(std::move(prepared.tcp[i]));
    serveSrt(std::move(prepared), config);
}

void Runtime::serveSrt(Prepared prepared, const config::Config& config) {
    const std::vector<config::ListenAddress> before =
        srtServer_ == nullptr ? std::vector<config::ListenAddress>() : srtServer_->addresses();
    const std::vector<config::ListenAddress> now = srtAddresses(config);
    if (prepared.srtServer != nullptr) {
        srtServer_ = std::move(prepared.srtServer);
        srtServer_->start();
    } else if (srtServer_ != nullptr) {
        srtServer_->listenOn(now, std::move(prepared.srtListeners));
    }
    tellListening(log_, "SRT", before, now);
    if (!now.empty() || srtServer_ == nullptr) return;
    srtServer_->stop("SRT is not served any more");
    srtServer_.reset();
}

void Runtime::start() {
    const std::shared_ptr<const config::Config> config = config_.get();
    // All is bound: the first event is that the server is up, however fast the first client is.
    events_->start();
    serve(std::exchange(first_, {}), *config);
    captures_.apply(*config);
    heartbeat_->apply();
    loops_.front()->post([this] { tellHeldBackLater(); });
}

base::Result<void> Runtime::reload(const config::Config& wanted) {
    const config::ReloadDiff diff = config::reloadDiff(*config_.get(), wanted);
    Prepared prepared;
    try {
        prepared = prepare(*diff.config);
        liveMounts_.apply(diff.config);
        staticFiles_.apply(diff.config);
    } catch (const std::exception& e) {
        return base::Error{e.what()};
    }
    config_.replace(diff.config);
    budget_.setLimits(clientLimits(*diff.config));
    apiBudget_.setLimits(net::ConnectionBudget::Limits::ofApi(*diff.config));
    events_->apply(diff.config->webhooks);
    serve(std::move(prepared), *diff.config);
    endGoneVhosts(*diff.config);
    captures_.apply(*diff.config);
    heartbeat_->apply();
    for (const std::string& path : diff.untilRestart) log_.warn("config", "{} counts at the next start only", path);
    return {};
}

void Runtime::endGoneVhosts(const config::Config& config) {
    const auto isGone = [&config](const std::string& name) {
        const auto isIt = [&name](const auto& vhost) { return vhost->name == name && vhost->enabled; };
        return !name.empty() && std::ranges::none_of(config.vhosts, isIt);
    };
    constexpr const char* kReason = "the vhost is not served any more";
    for (const auto& service : services_) service->endSessions(isGone, kReason);
    if (srtServer_ != nullptr) srtServer_->endSessions(isGone, kReason);
}

void Runtime::stopAccepting() {
    for (const auto& service : services_) service->stopAccepting();
    if (srtServer_ != nullptr) srtServer_->listenOn({}, {});
}

void Runtime::stop(const std::string& reason) {
    const std::shared_ptr<const config::Config> config = config_.get();
    captures_.stop(reason);
    for (const auto& service : services_) service->stop(reason);
    if (srtServer_ != nullptr) srtServer_->stop(reason);
    heartbeat_->stop();
    api_.stop();
    if (!recorders_.stop(config->limits.dvrDrainMs))
        log_.error("dvr", "{} recordings were not complete within dvr_drain", recorders_.openRecordings());
    if (!admission_.drain(config->limits.hookDrainMs))
        log_.error("hooks", "{} hook events were not delivered within hook_drain", admission_.openJobs());
    events_->stop();
    transport_.stop();
    for (const auto& loop : loops_) loop->stop();
    log_.tellHeldBack(base::Log::kAllHeldBack);
}

} // namespace hookcast::app
