#pragma once

#include "shared/CertificateAuthority.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/TempFolder.h"
#include "support/TlsRelay.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// A hookcast that serves RTMP, RTSP, HTTP and the control interface plain and through TLS, with a certificate for
/// `localhost`.
class TlsHookcast {
  public:
    /// `config` holds the vhosts; `enabled`: of all that is TLS.
    explicit TlsHookcast(std::string_view config, const std::string& enabled = "on") : enabled_(enabled) {
        issue("server", "DNS:localhost,IP:127.0.0.1");
        server_ = std::make_unique<HookcastServer>(
            wholeConfig(config), std::map<std::string, std::string>{{"SRS_RTSP_SERVER_RTSPS_ENABLED", enabled_},
                                                                    {"SRS_RTSP_SERVER_RTSPS_LISTEN", address(rtsps_)},
                                                                    {"SRS_RTSP_SERVER_RTSPS_CERT", file("server.crt")},
                                                                    {"SRS_RTSP_SERVER_RTSPS_KEY", file("server.key")}});
    }

    HookcastServer& server() { return *server_; }
    std::uint16_t rtspPort() const { return server_->rtspPort(); }
    std::uint16_t rtmpsPort() const { return rtmps_.number(); }
    std::uint16_t rtspsPort() const { return rtsps_.number(); }
    std::uint16_t httpsPort() const { return https_.number(); }
    std::uint16_t httpPort() const { return http_.number(); }
    std::uint16_t apiPort() const { return api_.number(); }
    std::uint16_t apiHttpsPort() const { return apiHttps_.number(); }

    /// `NAME.crt` and `NAME.key` of this folder become a certificate of the authority.
    void issue(const std::string& name, const std::string& subjectAltName,
               support::CertificateAuthority::Valid valid = support::CertificateAuthority::Valid::Now) const {
        const support::Certificate made = authority_.issue(subjectAltName, valid);
        folder_.write(name + ".crt", made.chainPem);
        folder_.write(name + ".key", made.keyPem);
    }

    std::string file(const std::string& name) const { return folder_.file(name); }
    void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }

    /// What a client has to trust.
    std::string authorityFile() const { return folder_.write("ca.pem", authority_.pem()); }

    /// What HookcastServer::reload() wants. `httpServer`: the content of that block, where it is another one.
    std::string wholeConfig(std::string_view config, const std::string& httpServer = "") const {
        const std::string usual = fmt::format("listen {}; {}", address(http_), tls("https", https_));
        return tls("rtmps", rtmps_) +
               fmt::format("http_server {{ enabled on; dir {}; {} }}\n", folder_.path().string(),
                           httpServer.empty() ? usual : httpServer) +
               fmt::format("http_api {{ enabled on; listen {}; {} }}\n", address(api_), tls("https", apiHttps_)) +
               std::string(config);
    }

    /// For clients that speak no TLS themselves.
    std::unique_ptr<TlsRelay> relayTo(std::uint16_t port, const std::string& host = "localhost",
                                      const std::string& preface = "") const {
        return std::make_unique<TlsRelay>(port, TlsRelay::Terms{authority_.pem(), host, preface});
    }

    /// Whether a client that wants to speak with `host` there is shown a certificate for that. Throws
    /// std::runtime_error when nobody listens.
    bool isShown(std::uint16_t port, const std::string& host) const {
        return shakesHands(port, {authority_.pem(), host, ""});
    }

  private:
    std::string tls(const char* block, const FreePort& port) const {
        return fmt::format("{} {{ enabled {}; listen {}; cert {}; key {}; }}\n", block, enabled_, address(port),
                           file("server.crt"), file("server.key"));
    }

    static std::string address(const FreePort& port) { return fmt::format("127.0.0.1:{}", port.number()); }

    std::string enabled_;
    TempFolder folder_;
    support::CertificateAuthority authority_;
    FreePort rtmps_;
    FreePort rtsps_;
    FreePort http_;
    FreePort https_;
    FreePort api_;
    FreePort apiHttps_;
    std::unique_ptr<HookcastServer> server_;
};

} // namespace hookcast::integration
