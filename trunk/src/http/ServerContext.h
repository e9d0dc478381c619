#pragma once

#include "http/HttpHandler.h"
#include "visits/Services.h"

#include <string>
#include <vector>

namespace hookcast::http {

/// What all HTTP sessions share; outlives them. Any thread.
struct ServerContext : visits::Services {
    std::string serverName;             ///< what answers call the server: `hookcast/0.1.0`
    std::vector<HttpHandler*> handlers; ///< asked in this order
    config::HttpServerConfig config::Config::*server = &config::Config::http; ///< which block it is
    std::string methods = "GET, HEAD, OPTIONS";                               ///< that OPTIONS tells
};

} // namespace hookcast::http
