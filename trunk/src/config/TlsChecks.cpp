#include "config/TlsChecks.h"

#include "base/Log.h"
#include "config/HostNames.h"
#include "config/KeyPair.h"
#include "config/TcpSockets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

/// Of a server that TLS may be served beside.
struct Served {
    bool isServed;
    bool speaksTls; ///< by itself: http_api may be http_server's guest
    const TlsServerConfig& tls;
};

Served servedOf(const Config& config, std::string_view server) {
    const HttpServerConfig& api = config.apiServer;
    if (server == "http_server") return {config.http.enabled, speakTls(httpSockets(config)), config.http.https};
    if (server == "http_api") return {api.enabled, speakTls(apiSockets(config)), api.https};
    if (server == "rtsp_server") return {config.rtsp.enabled, speakTls(rtspSockets(config)), config.rtsp.rtsps};
    return {true, speakTls(rtmpSockets(config)), config.rtmps};
}

bool shareOne(const std::vector<ListenAddress>& some, const std::vector<ListenAddress>& others) {
    return std::ranges::any_of(some, [&others](const ListenAddress& one) {
        return std::ranges::any_of(others, [&one](const ListenAddress& other) { return one.isSameSocket(other); });
    });
}

} // namespace

void TlsChecks::check(const Config& config, const Directive& root) {
    checkServer(config, root, "", "rtmps");
    checkServer(config, root, "rtsp_server", "rtsps");
    checkServer(config, root, "http_server", "https");
    checkServer(config, root, "http_api", "https");
    checkSharing(config, root);
    checkVhosts(config, root);
}

void TlsChecks::checkServer(const Config& config, const Directive& root, std::string_view server,
                            std::string_view block) {
    const auto [isServed, speaksTls, tls] = servedOf(config, server);
    if (!tls.enabled) return;
    const Directive* parent = server.empty() ? &root : root.find(server);
    const Directive* place = parent == nullptr ? nullptr : parent->find(block);
    const Directive& where = place != nullptr ? *place : root; // the environment has turned it on
    if (speaksTls)
        checkFiles(where, tls.certificate, config.workDir);
    else if (!isServed && (parent == nullptr || parent->find("enabled") == nullptr)) // who turns it off means that
        findings_.warning(where.location,
                          fmt::format("'{}' is enabled and {} is not: nothing comes of it", block, server));
}

/// Who answers at an address, and whether through TLS, has to be one answer. Where http_api is http_server's guest at
/// one kind of address and not at the other, it would be open at all of them.
void TlsChecks::checkSharing(const Config& config, const Directive& root) {
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

void TlsChecks::checkVhosts(const Config& config, const Directive& root) {
    const bool isAnywhere = speakTls(rtmpSockets(config)) || speakTls(rtspSockets(config)) ||
                            speakTls(httpSockets(config)) || speakTls(apiSockets(config));
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
            tell(showsCertificate(config, *vhost), where, "'tls' wants a 'cert' and its 'key'");
        else if (showsCertificate(config, *vhost))
            checkFiles(where, files, config.workDir);
        if (!isAnywhere) findings_.warning(where.location, "'tls': no server speaks TLS; nothing comes of it");
    }
}

/// Of a certificate that is shown. One that is not there may come before the server is started.
void TlsChecks::checkFiles(const Directive& block, const CertificateFiles& files, const std::string& workDir) {
    const auto read = [&](std::string_view directive, const std::string& file) {
        base::Result<std::string> pem = readPem(files_, workDir, file);
        if (!pem && hasPem(files_, workDir, file))
            tell(true, block, fmt::format("'{}': '{}': {}", block.name, directive, pem.error().message));
        else if (!pem)
            tell(false, block,
                 fmt::format("'{}': '{}': {}; the server does not start without it", block.name, directive,
                             pem.error().message));
        return pem;
    };
    const base::Result<std::string> certificate = read("cert", files.certFile);
    const base::Result<std::string> key = read("key", files.keyFile);
    if (!certificate || !key) return;
    if (const std::string fault = faultInKeyPair(certificate.value(), key.value()); !fault.empty())
        tell(true, block,
             fmt::format("'{}': '{}' and '{}': {}", block.name, base::printable(files.certFile),
                         base::printable(files.keyFile), fault));
    else if (const std::string outdated = faultInValidity(certificate.value(), now_);
             !outdated.empty() && toldOf_.insert(files.certFile).second)
        tell(false, block,
             fmt::format("'{}': '{}': {}, and clients refuse it", block.name, base::printable(files.certFile),
                         outdated));
}

void TlsChecks::tell(bool isError, const Directive& block, std::string message) {
    if (isError)
        findings_.error(block.location, std::move(message));
    else
        findings_.warning(block.location, std::move(message));
}

} // namespace hookcast::config
