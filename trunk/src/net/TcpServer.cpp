#include "net/TcpServer.h"

#include <Poco/Exception.h>

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
                     base::Log& log, MakeSession makeSession)
    : makeSession_(std::move(makeSession)), acceptLoop_(*loops.front()),
      reception_(std::move(protocol), loops, budget, log) {}

TcpServer::~TcpServer() = default;

TcpServer::Bound TcpServer::bindMissing(std::span<const config::ListenAddress> addresses) {
    const auto onAccepted = [this](Listener::Accepted socket) { onAccept(std::move(socket)); };
    return listeners_.bindMissing(addresses, [this, &onAccepted](const config::ListenAddress& address) {
        return std::make_unique<Listener>(acceptLoop_, address, onAccepted);
    });
}

void TcpServer::listenOn(std::span<const config::ListenAddress> addresses, Bound added) {
    acceptLoop_.runAndWait([&] {
        listeners_.change(
            addresses, std::move(added), [](const auto& /*address*/, const auto& listener) { listener->start(); },
            [](const auto& listener) { listener->acceptWaiting(); });
    });
}

std::vector<config::ListenAddress> TcpServer::addresses() const {
    return listeners_.addresses();
}

void TcpServer::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    reception_.end(isGone, reason);
}

void TcpServer::stop(const std::string& reason) {
    acceptLoop_.runAndWait([this] { listeners_.clear(); });
    reception_.endAll(reason);
}

void TcpServer::onAccept(Listener::Accepted socket) {
    const std::string address = peerOf(*socket);
    if (address.empty()) return; // it has left
    std::optional<ConnectionPlace> place = reception_.admit(address);
    if (!place) return;
    reception_.receive(std::move(*place),
                       [this, socket = std::move(socket)](Loop& loop, const TcpSession::OnGone& onGone) {
                           return makeSession_(loop, *socket, onGone);
                       });
}

} // namespace hookcast::net
