#pragma once

#include "http/HttpHandler.h"
#include "hub/Services.h"

#include <string>
#include <vector>

namespace hookcast::http {

/// What all HTTP sessions share; outlives them. Any thread.
struct ServerContext : hub::Services {
    std::string serverName;             ///< what answers call the server: `hookcast/0.1.0`
    std::vector<HttpHandler*> handlers; ///< asked in this order
};

} // namespace hookcast::http
