#include "app/HttpServices.h"

#include "config/TcpSockets.h"

#include <utility>

namespace hookcast::app {

namespace {

/// RFC 7301, section 6; RFC 9113, section 3.1.
constexpr const char* kHttp11 = "http/1.1";
constexpr const char* kHttp2 = "h2";

constexpr const char* kServerName = "hookcast/" HOOKCAST_VERSION;

const config::TlsServerConfig& https(const config::Config& config) {
    return config.http.https;
}

const config::TlsServerConfig& apiHttps(const config::Config& config) {
    return config.apiServer.https;
}

std::vector<std::string> protocolsOf(const config::HttpServerConfig& server) {
    return server.http2 ? std::vector<std::string>{kHttp2, kHttp11} : std::vector<std::string>{kHttp11};
}

std::vector<std::string> protocols(const config::Config& config) {
    return protocolsOf(config.http);
}

std::vector<std::string> apiProtocols(const config::Config& config) {
    return protocolsOf(config.apiServer);
}

} // namespace

HttpParts::HttpParts(const Wiring& wiring)
    : context{wiring.services, kServerName, {}}, http2(context, wiring.kinds.http.http2),
      sharedApi(wiring.api, wiring.services.config), viewers(context, wiring.hls, wiring.viewerBudget, wiring.loops),
      segmentFiles(wiring.services.log, wiring.hls.fileOwners()),
      segments(hls::Context{context, wiring.hls, viewers, segmentFiles}),
      liveMounts(context, wiring.services.config.get()), staticFiles(context, wiring.services.config.get()) {
    context.http2 = &http2;
    context.handlers = {&sharedApi,
                        &wiring.recordings,
                        &segments,
                        &liveMounts,
                        &staticFiles,
                        &liveMounts.unpublished(),
                        &segments.unpublished()};
}

HttpService::HttpService(const Wiring& wiring)
    : TcpService({"HTTP", config::httpSockets, &ListenerKinds::http, https, protocols}, wiring, wiring.budget),
      recordings_(wiring.recordings) {}

base::Task HttpService::prepare(const std::shared_ptr<const config::Config>& config) {
    return [this, config, mounts = liveMounts.prepare(config), listeners = TcpService::prepare(config)]() mutable {
        mounts();
        staticFiles.apply(config);
        recordings_.apply(config);
        listeners();
    };
}

void HttpService::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    TcpService::endSessions(isGone, reason);
    viewers.endVhosts(isGone, reason);
    recordings_.endSessions(isGone, reason);
}

void HttpService::stop(const std::string& reason) {
    TcpService::stop(reason);
    viewers.endVhosts([](const std::string& /*vhost*/) { return true; }, reason);
    recordings_.stop(reason);
}

ApiParts::ApiParts(const Wiring& wiring)
    : context{wiring.services, kServerName, {&wiring.api}}, http2(context, wiring.kinds.api.http2) {
    context.http2 = &http2;
    context.server = &config::Config::apiServer;
    context.methods = "GET, HEAD, POST, DELETE, OPTIONS";
}

ApiService::ApiService(const Wiring& wiring)
    : TcpService({"HTTP API", config::apiSockets, &ListenerKinds::api, apiHttps, apiProtocols}, wiring,
                 wiring.apiBudget) {}

} // namespace hookcast::app
