#pragma once

#include "app/TcpService.h"
#include "control/Api.h"
#include "files/StaticFiles.h"
#include "http/HttpSession.h"
#include "http/ServerContext.h"
#include "live/LiveMounts.h"

#include <memory>

namespace hookcast::app {

/// What the sessions of http_server share: who answers their requests, in this order.
struct HttpParts {
    explicit HttpParts(const Wiring& wiring);

    http::ServerContext context;
    control::SharedApi sharedApi;
    live::LiveMounts liveMounts;
    files::StaticFiles staticFiles;
};

/// http_server.
class HttpService final : public TcpService<http::HttpSession, HttpParts> {
  public:
    explicit HttpService(const Wiring& wiring);

    /// The mounts, too, are the configuration's once the task has run.
    base::Task prepare(const std::shared_ptr<const config::Config>& config) override;
};

/// What the sessions of http_api's own addresses share.
struct ApiParts {
    explicit ApiParts(const Wiring& wiring);

    http::ServerContext context;
};

/// http_api, where it has addresses of its own. A flood here leaves the clients' budget alone.
class ApiService final : public TcpService<http::HttpSession, ApiParts> {
  public:
    explicit ApiService(const Wiring& wiring);
};

} // namespace hookcast::app
