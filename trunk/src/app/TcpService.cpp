#include "app/TcpService.h"

#include "config/Addresses.h"

#include <algorithm>
#include <utility>

namespace hookcast::app {

TcpService::TcpService(std::string name, Addresses addresses, std::span<const std::unique_ptr<net::Loop>> loops,
                       net::ConnectionBudget& budget, base::Log& log, net::TcpServer::MakeSession makeSession)
    : name_(std::move(name)), addressesIn_(addresses), loops_(loops), budget_(budget), log_(log),
      makeSession_(std::move(makeSession)) {}

TcpService::Prepared TcpService::prepare(const config::Config& config) {
    Prepared prepared;
    prepared.addresses = config::socketsFor(addressesIn_(config));
    if (server_ != nullptr)
        prepared.listeners = server_->bindMissing(prepared.addresses);
    else if (!prepared.addresses.empty())
        prepared.server =
            std::make_unique<net::TcpServer>(name_, prepared.addresses, loops_, budget_, log_, makeSession_);
    return prepared;
}

void TcpService::apply(Prepared prepared) {
    const std::vector<config::ListenAddress> before =
        server_ == nullptr ? std::vector<config::ListenAddress>() : server_->addresses();
    if (prepared.server != nullptr) {
        server_ = std::move(prepared.server);
        server_->start();
    } else if (server_ != nullptr) {
        server_->listenOn(prepared.addresses, std::move(prepared.listeners));
    }
    tellListening(log_, name_, before, prepared.addresses);
    if (!prepared.addresses.empty() || server_ == nullptr) return;
    server_->stop(name_ + " is not served any more");
    server_.reset();
}

void TcpService::stopAccepting() {
    if (server_ != nullptr) server_->listenOn({}, {});
}

void TcpService::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    if (server_ != nullptr) server_->endSessions(isGone, reason);
}

void TcpService::stop(const std::string& reason) {
    if (server_ != nullptr) server_->stop(reason);
}

void tellListening(base::Log& log, const std::string& protocol, std::span<const config::ListenAddress> before,
                   std::span<const config::ListenAddress> now) {
    const auto isIn = [](std::span<const config::ListenAddress> all, const config::ListenAddress& address) {
        return std::ranges::any_of(all, [&address](const auto& one) { return one.isSameSocket(address); });
    };
    const auto shown = [](const config::ListenAddress& address) {
        return fmt::format("{}:{}", address.host.empty() ? "0.0.0.0" : address.host, address.port);
    };
    for (const config::ListenAddress& address : now)
        if (!isIn(before, address))
            log.trace("main", "listening for {} on {} ({})", protocol, shown(address), address.directive);
    for (const config::ListenAddress& address : before)
        if (!isIn(now, address)) log.trace("main", "not listening for {} on {} any more", protocol, shown(address));
}

} // namespace hookcast::app
