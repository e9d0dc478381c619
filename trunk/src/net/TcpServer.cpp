#include "net/TcpServer.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <exception>
#include <memory>
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

TcpServer::TcpServer(std::string protocol, std::span<const config::ListenAddress> addresses,
                     std::span<const std::unique_ptr<Loop>> loops, ConnectionBudget& budget, base::Log& log,
                     MakeSession makeSession)
    : protocol_(std::move(protocol)), budget_(budget), log_(log), makeSession_(std::move(makeSession)),
      acceptLoop_(*loops.front()), sessions_(loops) {
    listeners_ = bindMissing(addresses);
}

TcpServer::~TcpServer() = default;

void TcpServer::start() {
    acceptLoop_.runAndWait([this] {
        for (const auto& [address, listener] : listeners_) listener->start();
    });
}

TcpServer::Bound TcpServer::bindMissing(std::span<const config::ListenAddress> addresses) {
    Bound bound;
    for (const config::ListenAddress& address : addresses) {
        const auto isIt = [&address](const auto& open) { return open.first.isSameSocket(address); };
        if (std::ranges::any_of(listeners_, isIt)) continue;
        const auto onAccepted = [this](const Poco::Net::StreamSocket& socket) { onAccept(socket); };
        bound.emplace_back(address, std::make_unique<Listener>(acceptLoop_, address, onAccepted));
    }
    return bound;
}

void TcpServer::listenOn(std::span<const config::ListenAddress> addresses, Bound added) {
    acceptLoop_.runAndWait([&] {
        for (auto& [address, listener] : added) {
            listener->start();
            listeners_.emplace_back(address, std::move(listener));
        }
        std::erase_if(listeners_, [addresses](const auto& open) {
            const auto isIt = [&open](const config::ListenAddress& address) {
                return open.first.isSameSocket(address);
            };
            if (std::ranges::any_of(addresses, isIt)) return false;
            open.second->acceptWaiting();
            return true;
        });
    });
}

std::vector<config::ListenAddress> TcpServer::addresses() const {
    std::vector<config::ListenAddress> addresses;
    for (const auto& [address, listener] : listeners_) addresses.push_back(address);
    return addresses;
}

void TcpServer::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    sessions_.end(isGone, reason);
}

void TcpServer::stop(const std::string& reason) {
    acceptLoop_.runAndWait([this] { listeners_.clear(); });
    sessions_.endAll(reason);
}

void TcpServer::onAccept(const Poco::Net::StreamSocket& socket) {
    const std::string address = peerOf(socket);
    if (address.empty()) return; // it has left
    base::Result<ConnectionPlace> place = budget_.take(address);
    if (!place) {
        if (const auto count = refusedGate_.admit(acceptLoop_.clock().monotonicMs()))
            log_.warn(protocol_, "refused {} connections: {} (the newest is from {})", *count, place.error().message,
                      address);
        return;
    }
    Sessions::Home& home = sessions_.next();
    if (home.loop().isCurrent())
        startSession(home, socket, place.take());
    else
        home.loop().post(
            [this, &home, socket, place = place.take()]() mutable { startSession(home, socket, std::move(place)); });
}

void TcpServer::startSession(Sessions::Home& home, const Poco::Net::StreamSocket& socket, ConnectionPlace place) {
    std::shared_ptr<TcpSession> session;
    try {
        session = makeSession_(home.loop(), socket, [this, &home](TcpSession& gone) { onGone(home, gone); });
        session->occupy(std::move(place));
        home.add(session);
        session->start();
        return;
    } catch (const Poco::Exception& e) {
        // The peer left between accept and the first look at it.
        log_.info(protocol_, "a connection was gone at once: {}", e.displayText());
    } catch (const std::exception& e) {
        log_.error(protocol_, "internal error: a session cannot start: {}", e.what());
    }
    // Its place goes with it.
    if (session != nullptr) home.remove(*session);
}

void TcpServer::onGone(Sessions::Home& home, TcpSession& session) {
    home.remove(session);
}

} // namespace hookcast::net
