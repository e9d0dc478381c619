#pragma once

#include "http/HttpHandler.h"
#include "http/OtherVersion.h"
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
    OtherVersion* http2 = nullptr;                                            ///< who speaks HTTP/2; null: nobody
};

} // namespace hookcast::http
