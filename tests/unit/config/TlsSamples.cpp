// Of the rows about TLS.
#include "unit/config/DirectiveSamples.h"

namespace hookcast::config {

namespace {

using C = const Config&;
using V = const VhostConfig&;
using ServerOf = const TlsServerConfig& (*)(C);

std::vector<Sample> samplesOf(const std::string& block, ServerOf of) {
    return {
        {block + ".enabled", "on", [of](C c, V) { return of(c).enabled; }},
        {block + ".listen", "[::1]:7443",
         [of](C c, V) {
             return of(c).listen.size() == 1 && of(c).listen[0].host == "::1" && of(c).listen[0].port == 7443;
         }},
        {block + ".key", "/a.key", [of](C c, V) { return of(c).certificate.keyFile == "/a.key"; }},
        {block + ".cert", "/a.crt", [of](C c, V) { return of(c).certificate.certFile == "/a.crt"; }},
    };
}

} // namespace

std::vector<Sample> tlsSamples() {
    std::vector<Sample> samples = {
        {"vhost.tls.cert", "/a.crt", [](C, V v) { return v.certificate.certFile == "/a.crt"; }},
        {"vhost.tls.key", "/a.key", [](C, V v) { return v.certificate.keyFile == "/a.key"; }},
    };
    for (const auto& some :
         {samplesOf("rtmps", [](C c) -> const TlsServerConfig& { return c.rtmps; }),
          samplesOf("rtsp_server.rtsps", [](C c) -> const TlsServerConfig& { return c.rtsp.rtsps; }),
          samplesOf("http_server.https", [](C c) -> const TlsServerConfig& { return c.http.https; }),
          samplesOf("http_api.https", [](C c) -> const TlsServerConfig& { return c.apiServer.https; })})
        samples.insert(samples.end(), some.begin(), some.end());
    return samples;
}

} // namespace hookcast::config
