#pragma once

#include "app/Service.h"
#include "base/Log.h"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::app {

/// A service that has a `Server` while its protocol is on, and none while it is off.
///
/// `Server` has a type Bound and the methods listenOn(addresses, bound), addresses(), endSessions(isGone, reason) and
/// stop(reason), as net::TcpServer has them.
template <typename Server>
class ListeningService : public Service {
  public:
    /// Where a protocol is to be served; nowhere when it is off.
    using Addresses = std::vector<config::ListenAddress> (*)(const config::Config&);

    base::Task prepare(const std::shared_ptr<const config::Config>& config) override;
    void stopAccepting() override {
        if (server_ != nullptr) server_->listenOn({}, {});
    }
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) override {
        if (server_ != nullptr) server_->endSessions(isGone, reason);
    }
    void stop(const std::string& reason) override {
        if (server_ != nullptr) server_->stop(reason);
    }

  protected:
    /// `name` is for the log.
    ListeningService(std::string name, Addresses addresses, base::Log& log)
        : name_(std::move(name)), addressesIn_(addresses), log_(log) {}

    /// One that listens nowhere.
    virtual std::unique_ptr<Server> makeServer() = 0;

    /// Binds those of `addresses`, which are `config`'s, that `server` does not listen on.
    virtual typename Server::Bound bindMissing(Server& server, const config::Config& config,
                                               std::span<const config::ListenAddress> addresses) const = 0;

    const std::string& name() const { return name_; }
    std::vector<config::ListenAddress> addressesIn(const config::Config& config) const { return addressesIn_(config); }

  private:
    /// What a configuration needs and is not there yet: bound, and not accepting.
    struct Prepared {
        std::vector<config::ListenAddress> addresses;
        std::unique_ptr<Server> server; ///< where there was none and is to be one
        typename Server::Bound listeners;
    };

    void apply(Prepared prepared);

    // given
    std::string name_;
    Addresses addressesIn_;
    base::Log& log_;
    // owned
    std::unique_ptr<Server> server_; ///< null while the protocol is off
};

/// One line per address that is new, and per one that is not served any more.
void tellListening(base::Log& log, const std::string& protocol, std::span<const config::ListenAddress> before,
                   std::span<const config::ListenAddress> now);

template <typename Server>
base::Task ListeningService<Server>::prepare(const std::shared_ptr<const config::Config>& config) {
    Prepared prepared;
    prepared.addresses = addressesIn_(*config);
    if (server_ == nullptr && !prepared.addresses.empty()) prepared.server = makeServer();
    Server* const server = server_ != nullptr ? server_.get() : prepared.server.get();
    if (server != nullptr) prepared.listeners = bindMissing(*server, *config, prepared.addresses);
    return [this, prepared = std::move(prepared)]() mutable { apply(std::move(prepared)); };
}

template <typename Server>
void ListeningService<Server>::apply(Prepared prepared) {
    const auto before = server_ == nullptr ? std::vector<config::ListenAddress>() : server_->addresses();
    if (prepared.server != nullptr) server_ = std::move(prepared.server);
    if (server_ != nullptr) server_->listenOn(prepared.addresses, std::move(prepared.listeners));
    tellListening(log_, name_, before, prepared.addresses);
    if (!prepared.addresses.empty() || server_ == nullptr) return;
    server_->stop(name_ + " is not served any more");
    server_.reset();
}

} // namespace hookcast::app
