#pragma once

#include "app/TcpService.h"
#include "control/Api.h"
#include "files/StaticFiles.h"
#include "hls/Handler.h"
#include "hls/SegmentFiles.h"
#include "hls/Viewers.h"
#include "http/HttpSession.h"
#include "http/ServerContext.h"
#include "http2/Speaker.h"
#include "live/LiveMounts.h"

#include <functional>
#include <memory>
#include <string>

namespace hookcast::app {

/// What the sessions of http_server share: who answers their requests, in this order.
struct HttpParts {
    explicit HttpParts(const Wiring& wiring);

    http::ServerContext context;
    http2::Speaker http2;
    control::SharedApi sharedApi;
    hls::Viewers viewers;
    hls::SegmentFiles segmentFiles;
    hls::Handler segments;
    live::LiveMounts liveMounts;
    files::StaticFiles staticFiles;
};

/// http_server.
class HttpService final : public TcpService<http::HttpSession, HttpParts> {
  public:
    explicit HttpService(const Wiring& wiring);

    /// The mounts, too, are the configuration's once the task has run.
    base::Task prepare(const std::shared_ptr<const config::Config>& config) override;

    /// Viewers of segments and of recordings come and go on many sessions: they end behind them.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) override;
    void stop(const std::string& reason) override;

  private:
    // given
    vod::Recordings& recordings_;
};

/// What the sessions of http_api's own addresses share.
struct ApiParts {
    explicit ApiParts(const Wiring& wiring);

    http::ServerContext context;
    http2::Speaker http2;
};

/// http_api, where it has addresses of its own. A flood here leaves the clients' budget alone.
class ApiService final : public TcpService<http::HttpSession, ApiParts> {
  public:
    explicit ApiService(const Wiring& wiring);
};

} // namespace hookcast::app
