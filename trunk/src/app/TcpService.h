#pragma once

#include "app/ListenerKinds.h"
#include "app/ListeningService.h"
#include "app/TlsLoading.h"
#include "app/Wiring.h"
#include "config/TcpSockets.h"
#include "net/CurrentTls.h"
#include "net/TcpServer.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::app {

/// A protocol over TCP, plain and through TLS. `Parts` is what its sessions share, made of a Wiring, with a member
/// `context` that each `Session` gets; it is a base so that it outlives the server.
template <typename Session, typename Parts>
class TcpService : protected Parts, public ListeningService<net::TcpServer> {
  public:
    /// What a server speaks, and where.
    struct Speech {
        std::string name; ///< for the log
        Addresses addresses;
        ListenerKind ListenerKinds::*kind;
        const config::TlsServerConfig& (*tls)(const config::Config&);
        /// Their names in ALPN, as the configuration wants them; empty: clients of TLS are not asked.
        std::function<std::vector<std::string>(const config::Config&)> protocols = nullptr;
    };

    TcpService(const Speech& speech, const Wiring& wiring, net::ConnectionBudget& budget)
        : Parts(wiring), ListeningService(speech.name, speech.addresses, wiring.services.log), wiring_(wiring),
          budget_(budget), tls_((wiring.kinds.*speech.kind).tls), tlsIn_(speech.tls), protocols_(speech.protocols) {}

    /// Reads the certificates anew, whether anything else has changed or not.
    base::Task prepare(const std::shared_ptr<const config::Config>& config) override {
        const bool speaksTls = config::speakTls(addressesIn(*config));
        return
            [this, tls = speaksTls ? loadTls(*config, tlsIn_(*config), protocolsIn(*config), tls_.figures()) : nullptr,
             listeners = ListeningService::prepare(config)]() mutable {
                tls_.replace(std::move(tls));
                listeners();
            };
    }

  protected:
    std::unique_ptr<net::TcpServer> makeServer() override {
        const auto makeSession = [context = &this->context](net::Loop& loop, const net::Arrival& arrival,
                                                            const net::TcpSession::OnGone& onGone) {
            return std::make_shared<Session>(*context, context->config.get(), loop, arrival, onGone);
        };
        return std::make_unique<net::TcpServer>(name(), wiring_.loops, budget_, wiring_.services.log, tls_,
                                                makeSession);
    }

    net::TcpServer::Bound bindMissing(net::TcpServer& server, const config::Config& /*config*/,
                                      std::span<const config::ListenAddress> addresses) const override {
        return server.bindMissing(addresses, &wiring_.inherited);
    }

  private:
    std::vector<std::string> protocolsIn(const config::Config& config) const {
        return protocols_ == nullptr ? std::vector<std::string>() : protocols_(config);
    }

    // given
    const Wiring wiring_;
    net::ConnectionBudget& budget_;
    net::CurrentTls& tls_; ///< what its listeners look at
    const config::TlsServerConfig& (*tlsIn_)(const config::Config&);
    std::function<std::vector<std::string>(const config::Config&)> protocols_;
};

} // namespace hookcast::app
