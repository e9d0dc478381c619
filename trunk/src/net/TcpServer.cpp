#include "net/TcpServer.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace hookcast::net {

namespace {

/// Empty when it has left already.
std::string peerOf(const Poco::Net::StreamSocket& socket) {
    try {
        return socket.peerAddress().host().toString();
    } catch (const Poco::Exception&) {
        return {};
    }
}

} // namespace

TcpServer::TcpServer(std::string protocol, std::span<const std::unique_ptr<Loop>> loops, ConnectionBudget& budget,
                     base::Log& log, const CurrentTls& tls, MakeSession makeSession)
    : log_(log), tls_(tls), makeSession_(std::move(makeSession)), acceptLoop_(*loops.front()),
      reception_(std::move(protocol), loops, budget, log) {}

TcpServer::~TcpServer() = default;

TcpServer::Bound TcpServer::bindMissing(std::span<const config::ListenAddress> addresses, InheritedSockets* inherited) {
    return listeners_.bindMissing(addresses, [this, inherited](const config::ListenAddress& address) {
        const auto onAccepted = [this, address](Listener::Accepted socket) { onAccept(address, std::move(socket)); };
        return std::make_unique<Listener>(acceptLoop_, address, onAccepted, inherited);
    });
}

void TcpServer::listenOn(std::span<const config::ListenAddress> addresses, Bound added) {
    acceptLoop_.runAndWait([&] {
        const auto before = std::exchange(served_, {addresses.begin(), addresses.end()});
        // Who waits at a socket that goes was promised what it was.
        for (const config::ListenAddress& address : before)
            if (std::ranges::none_of(addresses, [&](const auto& now) { return now.isSameSocket(address); }))
                served_.push_back(address);
        listeners_.change(
            addresses, std::move(added), [](const auto& /*address*/, const auto& listener) { listener->start(); },
            [](const auto& listener) { listener->acceptWaiting(); });
        served_.assign(addresses.begin(), addresses.end());
    });
}

void TcpServer::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    reception_.end(isGone, reason);
}

void TcpServer::stop(const std::string& reason) {
    acceptLoop_.runAndWait([this] { listeners_.clear(); });
    reception_.endAll(reason);
}

/// Whether TLS is spoken at an address is what the newest configuration says, however long it has been listened on.
void TcpServer::onAccept(const config::ListenAddress& at, Listener::Accepted socket) {
    const std::string address = peerOf(*socket);
    if (address.empty()) return; // it has left
    const auto now = std::ranges::find_if(served_, [&at](const auto& one) { return one.isSameSocket(at); });
    auto tls = now != served_.end() && now->isTls ? tls_.get() : nullptr;
    if (now == served_.end() || (now->isTls && tls == nullptr)) {
        log_.error("main", "internal error: nothing is known of `{}`: who comes there is sent away", at.directive);
        return;
    }
    std::optional<ConnectionPlace> place = reception_.admit(address);
    if (!place) return;
    reception_.receive(std::move(*place), [this, socket = std::move(socket),
                                           tls = std::move(tls)](Loop& loop, const TcpSession::OnGone& onGone) {
        return makeSession_(loop, Arrival(*socket, tls), onGone);
    });
}

} // namespace hookcast::net
