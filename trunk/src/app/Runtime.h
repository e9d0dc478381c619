#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "hooks/CurlTransport.h"
#include "hooks/EventFeed.h"
#include "hooks/SrsJsonDialect.h"
#include "http/LiveMounts.h"
#include "http/ServerContext.h"
#include "http/StaticFiles.h"
#include "hub/IdleWatch.h"
#include "hub/StreamEvents.h"
#include "hub/StreamRegistry.h"
#include "hub/TsFormat.h"
#include "inputs/Captures.h"
#include "net/Loop.h"
#include "net/TcpServer.h"
#include "outputs/Execs.h"
#include "outputs/Recorders.h"
#include "rtmp/RtmpFormat.h"
#include "rtmp/ServerContext.h"
#include "rtsp/ServerContext.h"
#include "srt/Server.h"
#include "srt/ServerContext.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace hookcast::app {

/// The running server: every room's objects, made in the order of the rooms and wired once. Main thread.
///
/// Teardown, in stop(): captures, listeners and sessions (each closes its tickets), then recordings are completed, then
/// the closing events leave, then service:down and what webhooks have not been told yet, then the hook thread, then the
/// loops; what is left dies with this object, from the last member to the first.
class Runtime {
  public:
    /// Starts the threads and binds the listeners. Throws std::runtime_error when a listener cannot be bound.
    Runtime(std::shared_ptr<const config::Config> config, base::Log& log);
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    /// Begins to accept.
    void start();

    /// Ends everything that runs; returns when it has ended. `reason` is told to the backends.
    void stop(const std::string& reason);

  private:
    template <typename Session, typename Context>
    std::unique_ptr<net::TcpServer> makeServer(const char* protocol,
                                               const std::vector<config::ListenAddress>& addresses, Context& context);
    void bindListeners();
    void tellListening(const char* protocol, const std::vector<config::ListenAddress>& addresses) const;

    // given
    std::shared_ptr<const config::Config> config_;
    base::Log& log_;
    // owned
    base::SystemClock clock_;
    std::vector<std::unique_ptr<net::Loop>> loops_;
    hooks::CurlTransport transport_;
    hooks::SrsJsonDialect dialect_;
    hooks::Admission admission_;
    hub::StreamRegistry streams_;
    std::shared_ptr<hooks::EventFeed> events_;
    hub::StreamEvents streamEvents_;
    hub::IdleWatch idleWatch_;
    outputs::Execs execs_;
    outputs::Recorders recorders_;
    rtmp::RtmpFormats rtmpFormats_;
    hub::TsFormat tsFormat_;
    std::atomic<std::uint64_t> lastClientNumber_{0};
    net::ConnectionBudget budget_;
    rtmp::ServerContext rtmpContext_;
    rtsp::RtspFormat rtspFormat_;
    rtsp::UdpPorts rtspPorts_;
    rtsp::ServerContext rtspContext_;
    srt::ServerContext srtContext_;
    http::ServerContext httpContext_;
    http::LiveMounts liveMounts_;
    http::StaticFiles staticFiles_;
    std::unique_ptr<net::TcpServer> rtmpServer_;
    std::unique_ptr<net::TcpServer> rtspServer_; ///< null where rtsp_server is off
    std::unique_ptr<net::TcpServer> httpServer_; ///< null where http_server is off
    std::unique_ptr<srt::Server> srtServer_;     ///< null where srt_server is off
    inputs::Captures captures_;
};

} // namespace hookcast::app
