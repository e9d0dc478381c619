#include "app/TlsLoading.h"

#include "config/TcpSockets.h"

#include <stdexcept>

namespace hookcast::app {

std::shared_ptr<const net::TlsContext> loadTls(const config::Config& config, const config::TlsServerConfig& server,
                                               const std::vector<std::string>& protocols,
                                               const std::shared_ptr<net::TlsFigures>& figures) {
    net::TlsContext::Terms terms;
    terms.files = {server.certificate.certFile, server.certificate.keyFile};
    for (const auto& vhost : config.vhosts) {
        const config::CertificateFiles& files = vhost->certificate;
        if (config::showsCertificate(config, *vhost)) terms.named[vhost->name] = {files.certFile, files.keyFile};
    }
    terms.protocols = protocols;
    terms.figures = figures;
    base::Result<std::shared_ptr<const net::TlsContext>> loaded = net::TlsContext::load(terms);
    if (!loaded) throw std::runtime_error(loaded.error().message);
    return loaded.take();
}

} // namespace hookcast::app
