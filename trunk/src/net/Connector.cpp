#include "net/Connector.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace hookcast::net {

namespace {

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

/// Waits for as long as the system's resolver does.
base::Result<std::vector<SocketAddress>> lookUp(const std::string& host, std::uint16_t port) {
    try {
        std::vector<SocketAddress> found;
        const Poco::Net::HostEntry entry = Poco::Net::DNS::hostByName(host);
        for (const Poco::Net::IPAddress& address : entry.addresses()) found.emplace_back(address, port);
        std::ranges::reverse(found);
        return found;
    } catch (const Poco::Exception& e) {
        return base::Error{fmt::format("{} is not known: {}", host, e.displayText())};
    } catch (const std::exception& e) {
        return base::Error{fmt::format("{} is not known: {}", host, e.what())};
    }
}

} // namespace

void Connector::connect(const std::string& host, std::uint16_t port, OnDone onDone) {
    loop_.assertCurrent();
    onDone_ = std::move(onDone);
    Poco::Net::IPAddress address;
    if (!Poco::Net::IPAddress::tryParse(host, address)) {
        resolve(host, port);
        return;
    }
    untried_.emplace_back(address, port);
    news_.runAfter(0, [this] { tryNext(); });
}

void Connector::resolve(const std::string& host, std::uint16_t port) {
    self_ = std::make_shared<Connector*>(this);
    resolver_.post([&loop = loop_, weak = std::weak_ptr(self_), host, port] {
        if (weak.expired()) return;
        loop.post([weak, found = lookUp(host, port)]() mutable {
            const std::shared_ptr<Connector*> self = weak.lock();
            if (self == nullptr) return;
            if (found)
                (*self)->untried_ = found.take();
            else
                (*self)->failure_ = found.error().message;
            (*self)->tryNext();
        });
    });
}

void Connector::tryNext() {
    watch_.end();
    socket_.reset();
    while (!untried_.empty()) {
        const SocketAddress address = untried_.back();
        untried_.pop_back();
        try {
            socket_.emplace();
            socket_->connectNB(address);
            watch_ = loop_.watch(socket_->impl()->sockfd(), {.writable = true}, [this](Watch::Event) { onEvent(); });
            return;
        } catch (const Poco::Exception& e) {
            failure_ = fmt::format("{}: {}", address.toString(), e.displayText());
        }
    }
    finish(base::Error{failure_});
}

void Connector::onEvent() {
    const int error = socket_->impl()->socketError();
    try {
        if (error == 0) {
            std::ignore = socket_->peerAddress(); // one that has failed has none
            watch_.end();
            finish(*socket_);
            return;
        }
        failure_ = std::strerror(error);
    } catch (const Poco::Exception& e) {
        failure_ = e.displayText();
    }
    tryNext();
}

void Connector::finish(base::Result<StreamSocket> result) {
    const OnDone done = std::exchange(onDone_, nullptr);
    if (done) done(std::move(result));
}

} // namespace hookcast::net
