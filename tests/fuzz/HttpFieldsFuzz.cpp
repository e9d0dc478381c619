// The fields of a request that mean something here, a line each: those of proxies, of WebSocket, of the control
// interface and its secret; the rest is the query of its URL.
#include "base/IpAddress.h"
#include "config/Config.h"
#include "control/ApiGate.h"
#include "control/ApiQuery.h"
#include "fuzz/TakenLine.h"
#include "http/ForwardedFor.h"
#include "http/HttpToken.h"
#include "http/WebSocket.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookcast;
using fuzz::takeLine;

constexpr const char* kPeer = "10.0.0.1";

void check(bool condition) {
    if (!condition) std::abort();
}

config::Config trusting() {
    config::Config config;
    config.trustedProxies = {base::IpNetwork::parse("10.0.0.0/8").value()};
    return config;
}

config::HttpApiConfig secret(config::HttpApiConfig::Scheme scheme) {
    config::HttpApiConfig api;
    api.asksForSecret = true;
    api.scheme = scheme;
    api.token = "a token";
    api.username = "admin";
    api.password = "a password";
    return api;
}

void checkClient(const http::HttpRequest& request) {
    static const config::Config kTrusting = trusting();
    static const config::Config kNobody;
    // Whom nobody trusts says nothing; who is trusted says an address, and nothing else.
    check(http::clientOf(request, "192.0.2.1", kTrusting) == "192.0.2.1");
    check(http::clientOf(request, kPeer, kNobody) == kPeer);
    const std::string client = http::clientOf(request, kPeer, kTrusting);
    const auto address = base::IpAddress::parse(client);
    check(address && address->text() == client);
}

void checkWebSocket(const http::HttpRequest& request) {
    const std::string protocol = http::webSocketProtocol(request);
    check(protocol.empty() || http::isToken(protocol));
    if (const auto accept = http::webSocketAccept(request)) {
        constexpr std::size_t kBytes = 28; // of a SHA-1 in base 64
        check(http::wantsWebSocket(request) && accept.value().size() == kBytes);
    }
}

void checkSecret(const std::string& authorization) {
    using Scheme = config::HttpApiConfig::Scheme;
    static const config::HttpApiConfig kBasic = secret(Scheme::Basic);
    static const config::HttpApiConfig kBearer = secret(Scheme::Bearer);
    check(!control::hasSecret(authorization, kBasic) || authorization.size() >= std::string_view("basic ").size());
    if (control::hasSecret(authorization, kBearer)) check(authorization.ends_with(" a token"));
}

void checkQuery(const http::HttpRequest& request, std::string_view query) {
    http::RequestTarget target;
    target.path = "/api/v1/clients//";
    target.query = query.empty() ? "" : "?" + std::string(query);
    const control::ApiQuery read = control::ApiQuery::of(request, target);
    check(read.path == "/api/v1/clients" && read.parameter("").empty());
    check(read.slice().count > 0);
    for (const auto& [name, value] : read.parameters) check(!name.empty() && value.size() <= query.size());
    const std::string few = read.slice().of(std::string("123"));
    check(few.size() <= 3);
    config::Config config;
    for (const bool isChange : {false, true})
        if (const auto refusal = control::refusalOfPage(request, read, isChange, config)) check(refusal->status >= 400);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    http::HttpRequest request;
    request.head.setMethod(size % 2 == 0 ? "GET" : "POST");
    for (const char* name :
         {"X-Forwarded-For", "X-Forwarded-For", "X-Real-IP", "Upgrade", "Connection", "Sec-WebSocket-Version",
          "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Authorization", "Host", "Origin", "Sec-Fetch-Site"}) {
        const std::string_view line = takeLine(text);
        if (!line.empty()) request.head.add(name, std::string(line));
    }
    checkClient(request);
    checkWebSocket(request);
    checkSecret(request.field("Authorization"));
    checkQuery(request, text);
    return 0;
}
