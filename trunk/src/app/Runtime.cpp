#include "app/Runtime.h"

#include "base/RandomId.h"
#include "http/HttpSession.h"
#include "rtmp/Session.h"
#include "rtsp/Session.h"

#include <algorithm>
#include <exception>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::app {

namespace {

constexpr std::size_t kServerIdLength = 7;
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

std::string serverIdOf(const config::Config& config) {
    return config.serverId.empty() ? "vid-" + base::randomId(kServerIdLength) : config.serverId;
}

} // namespace

template <typename Session, typename Context>
std::unique_ptr<net::TcpServer>
Runtime::makeServer(const char* protocol, const std::vector<config::ListenAddress>& addresses, Context& context) {
    return std::make_unique<net::TcpServer>(protocol, addresses, loops_, budget_, log_,
                                            [this, &context](net::Loop& loop, const Poco::Net::StreamSocket& socket,
                                                             const net::TcpSession::OnGone& onGone) {
                                                return std::make_shared<Session>(context, config_, loop, socket,
                                                                                 onGone);
                                            });
}

Runtime::Runtime(std::shared_ptr<const config::Config> config, base::Log& log)
    : config_(std::move(config)), log_(log), loops_(startLoops(config_->loops, clock_, log_)),
      transport_({config_->limits.hookConnections, config_->limits.hookQueue}, clock_),
      dialect_(serverIdOf(*config_), base::randomId(kServiceIdLength)), admission_(transport_, dialect_, log_),
      streams_(config_->limits.logBytes, config_->limits.controlBytes),
      events_(std::make_shared<hooks::EventFeed>(config_->webhooks, transport_, *loops_.front(), log_,
                                                 hooks::EventFeed::Sender::ofProcess())),
      streamEvents_(*events_, outputs::isRecorded), idleWatch_(outputs::isRecorded),
      execs_(log_, config_->rtmpListen.front().port, config_->limits.execProcesses),
      recorders_(admission_, *events_, log_, config_->limits.dvrQueueBytes),
      budget_(config_->maxConnections), rtmpContext_{{admission_, streams_, log_, lastClientNumber_}, rtmpFormats_},
      rtspPorts_(config_->rtsp.rtpPortMin, config_->rtsp.rtpPortMax),
      rtspContext_{{admission_, streams_, log_, lastClientNumber_}, rtspFormat_, rtspPorts_},
      srtContext_{{admission_, streams_, log_, lastClientNumber_}, tsFormat_},
      httpContext_{{admission_, streams_, log_, lastClientNumber_}, "hookcast/" HOOKCAST_VERSION, {}},
      liveMounts_(httpContext_, config_), staticFiles_(config_),
      captures_({admission_, streams_, log_, lastClientNumber_}, *events_, config_->limits.captureQueueBytes, loops_) {
    httpContext_.handlers = {&liveMounts_, &staticFiles_};
    if (events_->enabled()) streams_.addListener(streamEvents_);
    streams_.addListener(recorders_);
    streams_.addListener(idleWatch_);
    streams_.addListener(execs_);
    try {
        bindListeners();
    } catch (const std::exception& e) {
        events_->emergency("listener", e.what());
        events_->stop();
        throw;
    }
}

Runtime::~Runtime() = default;

void Runtime::bindListeners() {
    rtmpServer_ = makeServer<rtmp::Session>("rtmp", config_->rtmpListen, rtmpContext_);
    if (config_->rtsp.enabled) rtspServer_ = makeServer<rtsp::Session>("rtsp", config_->rtsp.listen, rtspContext_);
    if (config_->http.enabled) httpServer_ = makeServer<http::HttpSession>("http", config_->http.listen, httpContext_);
    if (config_->srt.enabled) srtServer_ = std::make_unique<srt::Server>(srtContext_, config_, loops_, budget_);
}

void Runtime::start() {
    for (const auto* server : {&rtmpServer_, &rtspServer_, &httpServer_})
        if (*server != nullptr) (*server)->start();
    if (srtServer_ != nullptr) srtServer_->start();
    tellListening("RTMP", config_->rtmpListen);
    if (rtspServer_ != nullptr) tellListening("RTSP", config_->rtsp.listen);
    if (httpServer_ != nullptr) tellListening("HTTP", config_->http.listen);
    if (srtServer_ != nullptr) tellListening("SRT", config_->srt.listen);
    events_->start();
    captures_.apply(*config_);
}

void Runtime::stop(const std::string& reason) {
    captures_.stop(reason);
    for (const auto* server : {&rtmpServer_, &rtspServer_, &httpServer_})
        if (*server != nullptr) (*server)->stop(reason);
    if (srtServer_ != nullptr) srtServer_->stop(reason);
    if (!recorders_.stop(config_->limits.dvrDrainMs))
        log_.error("dvr", "{} recordings were not complete within dvr_drain", recorders_.openRecordings());
    if (!admission_.drain(config_->limits.hookDrainMs))
        log_.error("hooks", "{} hook events were not delivered within hook_drain", admission_.openJobs());
    events_->stop();
    transport_.stop();
    for (const auto& loop : loops_) loop->stop();
}

void Runtime::tellListening(const char* protocol, const std::vector<config::ListenAddress>& addresses) const {
    for (const config::ListenAddress& address : addresses)
        log_.trace("main", "listening for {} on {}:{} ({})", protocol, address.host.empty() ? "0.0.0.0" : address.host,
                   address.port, address.directive);
}

} // namespace hookcast::app
