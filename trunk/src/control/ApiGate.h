#pragma once

#include "config/Config.h"
#include "control/ApiQuery.h"
#include "http/HttpRequest.h"

#include <optional>
#include <string>

namespace hookcast::control {

/// Why the control interface does not answer a request.
struct ApiRefusal {
    int status = 403;
    std::string reason;
};

/// Whether the field Authorization holds the secret that the interface asks for; true where it asks for none.
bool hasSecret(const std::string& authorization, const config::HttpApiConfig& config);

/// What a web page may not do by the browser of someone who can reach the interface: nobody else can be told from that
/// person, unless a secret is asked for.
///
/// `isChange`: whether the request ends or changes something. `hasSecret()` has been asked before.
std::optional<ApiRefusal> refusalOfPage(const http::HttpRequest& request, const ApiQuery& query, bool isChange,
                                        const config::Config& config);

} // namespace hookcast::control
