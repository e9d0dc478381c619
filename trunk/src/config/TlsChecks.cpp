#include "config/TlsChecks.h"

#include "base/Log.h"
#include "config/HostNames.h"
#include "config/KeyPair.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hookcast::config {

namespace {

/// Of a server that TLS may be served beside.
struct Served {
    bool isServed;
    const TlsServerConfig& tls;
};

Served servedOf(const Config& config, std::string_view server) {
    if (server == "http_server") return {config.http.enabled, config.http.https};
    if (server == "http_api") return {config.apiServer.enabled, config.apiServer.https};
    if (server == "rtsp_server") return {config.rtsp.enabled, config.rtsp.rtsps};
    return {true, config.rtmps};
}

bool shareOne(const std::vector<ListenAddress>& some, const std::vector<ListenAddress>& others) {
    return std::ranges::any_of(some, [&others](const ListenAddress& one) {
        return std::ranges::any_of(others, [&one](const ListenAddress& other) { return one.isSameSocket(other); });
    });
}

} // namespace

void TlsChecks::check(const Config& config, const Directive& root) const {
    checkServer(config, root, "", "rtmps");
    checkServer(config, root, "rtsp_server", "rtsps");
    checkServer(config, root, "http_server", "https");
    checkServer(config, root, "http_api", "https");
    checkSharing(config, root);
    checkVhosts(config, root);
}

void TlsChecks::checkServer(const Config& config, const Directive& root, std::string_view server,
                            std::string_view block) const {
    const auto [isServed, tls] = servedOf(config, server);
    if (!tls.enabled) return;
    const Directive* parent = server.empty() ? &root : root.find(server);
    const Directive* place = parent == nullptr ? nullptr : parent->find(block);
    const Directive& where = place != nullptr ? *place : root; // the environment has turned it on
    if (isServed)
        checkFiles(where, tls.certificate, config.workDir);
    else if (parent == nullptr || parent->find("enabled") == nullptr) // who turns it off means that
        findings_.warning(where.location,
                          fmt::format("'{}' is enabled and {} is not: nothing comes of it", block, server));
}

/// Who answers at an address, and whether through TLS, has to be one answer. Where http_api is http_server's guest at
/// one kind of address and not at the other, it would be open at all of them.
void TlsChecks::checkSharing(const Config& config, const Directive& root) const {
    const HttpServerConfig& http = config.http;
    const HttpServerConfig& api = config.apiServer;
    if (!http.enabled || !api.enabled) return;
    const Directive* block = root.find("http_api");
    const SourceLocation& where = block == nullptr ? root.location : block->location;
    const bool isHttps = http.https.enabled && api.https.enabled;
    if ((api.https.enabled && shareOne(api.https.listen, http.listen)) ||
        (http.https.enabled && shareOne(api.listen, http.https.listen)))
        findings_.error(where, "http_api and http_server 'listen' at one address, one of them through TLS only");
    else if (isHttps && shareOne(api.listen, http.listen) != shareOne(api.https.listen, http.https.listen))
        findings_.error(where, "http_api shares an address with http_server, and shares either both, that of 'listen' "
                               "and that of 'https', or none");
    else if (!isHttps && http.https.enabled && shareOne(api.listen, http.listen))
        findings_.warning(where, "http_api shares the addresses of http_server, that of its 'https', too");
}

void TlsChecks::checkVhosts(const Config& config, const Directive& root) const {
    const bool isAnywhere = config.rtmps.enabled || config.rtsp.rtsps.enabled || config.http.https.enabled ||
                            config.apiServer.https.enabled;
    for (const auto& vhost : config.vhosts) {
        const CertificateFiles& files = vhost->certificate;
        if (files.certFile.empty() && files.keyFile.empty()) continue;
        const auto isIt = [&vhost](const Directive& one) {
            return one.name == "vhost" && one.firstArg() == vhost->name;
        };
        const auto directive = std::ranges::find_if(root.children, isIt);
        if (directive == root.children.end()) continue;
        const Directive* block = directive->find("tls");
        const Directive& where = block == nullptr ? *directive : *block;
        if (vhost->name == kDefaultVhost)
            findings_.warning(where.location, "'tls': nobody names this vhost; the certificate for everybody is that "
                                              "of the server: rtmps, rtsps, https");
        else if (files.certFile.empty() || files.keyFile.empty())
            findings_.warning(where.location, "'tls' wants a 'cert' and its 'key'; the server will not start");
        else
            checkFiles(where, files, config.workDir);
        if (!isAnywhere) findings_.warning(where.location, "'tls': no server speaks TLS; nothing comes of it");
    }
}

void TlsChecks::checkFiles(const Directive& block, const CertificateFiles& files, const std::string& workDir) const {
    const base::Result<std::string> certificate = readPem(files_, workDir, files.certFile);
    const base::Result<std::string> key = readPem(files_, workDir, files.keyFile);
    std::string fault;
    if (!certificate)
        fault = fmt::format("'cert': {}", certificate.error().message);
    else if (!key)
        fault = fmt::format("'key': {}", key.error().message);
    else if (const std::string inPair = faultInKeyPair(certificate.value(), key.value()); !inPair.empty())
        fault =
            fmt::format("'{}' and '{}': {}", base::printable(files.certFile), base::printable(files.keyFile), inPair);
    if (!fault.empty())
        findings_.warning(block.location, fmt::format("'{}': {}; the server will not start", block.name, fault));
}

} // namespace hookcast::config
