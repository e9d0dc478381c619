#pragma once

#include "app/ListeningService.h"
#include "app/Wiring.h"
#include "net/TcpServer.h"

#include <memory>
#include <span>
#include <string>
#include <utility>

namespace hookcast::app {

/// A protocol over TCP. `Parts` is what its sessions share, made of a Wiring, with a member `context` that each
/// `Session` gets; it is a base so that it outlives the server.
template <typename Session, typename Parts>
class TcpService : protected Parts, public ListeningService<net::TcpServer> {
  public:
    TcpService(std::string name, Addresses addresses, const Wiring& wiring, net::ConnectionBudget& budget)
        : Parts(wiring), ListeningService(std::move(name), addresses, wiring.services.log), wiring_(wiring),
          budget_(budget) {}

  protected:
    std::unique_ptr<net::TcpServer> makeServer() override {
        const auto makeSession = [context = &this->context](net::Loop& loop, const Poco::Net::StreamSocket& socket,
                                                            const net::TcpSession::OnGone& onGone) {
            return std::make_shared<Session>(*context, context->config.get(), loop, socket, onGone);
        };
        return std::make_unique<net::TcpServer>(name(), wiring_.loops, budget_, wiring_.services.log, makeSession);
    }

    net::TcpServer::Bound bindMissing(net::TcpServer& server, const config::Config& /*config*/,
                                      std::span<const config::ListenAddress> addresses) const override {
        return server.bindMissing(addresses, &wiring_.inherited);
    }

  private:
    // given
    const Wiring wiring_;
    net::ConnectionBudget& budget_;
};

} // namespace hookcast::app
