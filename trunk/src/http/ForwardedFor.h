#pragma once

#include "config/Config.h"
#include "http/HttpRequest.h"

#include <string>

namespace hookcast::http {

/// Where the client of a request is whose connection comes from `peerIp`. Where that is a trusted proxy, it is what
/// X-Forwarded-For says: the last of its addresses that is none of a trusted proxy, or the last one that can be read;
/// without that field what X-Real-IP says. What others send in these fields says nothing.
std::string clientOf(const HttpRequest& request, const std::string& peerIp, const config::Config& config);

} // namespace hookcast::http
