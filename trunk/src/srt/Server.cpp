#include "srt/Server.h"

#include <fmt/format.h>
#include <srt/access_control.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

namespace hookcast::srt {

namespace {

constexpr const char* kWho = "srt";

sockaddr_storage copyOf(const sockaddr* address) {
    sockaddr_storage copy{};
    if (address->sa_family == AF_INET6)
        *reinterpret_cast<sockaddr_in6*>(&copy) = *reinterpret_cast<const sockaddr_in6*>(address);
    else
        *reinterpret_cast<sockaddr_in*>(&copy) = *reinterpret_cast<const sockaddr_in*>(address);
    return copy;
}

} // namespace

Server::Server(ServerContext& context, const config::SrtServerConfig& config,
               std::span<const std::unique_ptr<net::Loop>> loops, net::ConnectionBudget& budget)
    : context_(context), budget_(budget), clock_(loops.front()->clock()), library_(context.log),
      entrance_(context.config, context.streams), sessions_(loops) {
    listeners_ = bindMissing(config);
}

Server::~Server() = default;

void Server::start() {
    reactor_.start([this](const Socket& listener) { onCallers(listener); });
    for (const auto& bound : listeners_) letCallersIn(bound);
}

Server::Bound Server::bindMissing(const config::SrtServerConfig& config) {
    Bound bound;
    for (const config::ListenAddress& address : config.listen) {
        const auto isIt = [&address](const auto& open) { return open.first.isSameSocket(address); };
        if (std::ranges::any_of(listeners_, isIt)) continue;
        auto listener = Socket::bind(address, config);
        if (!listener)
            throw std::runtime_error(fmt::format("{}: cannot listen for SRT on port {} (directive `{}`): {}",
                                                 address.where.text(), address.port, address.directive,
                                                 listener.error().message));
        srt_listen_callback(listener.value().id(), onCaller, this);
        bound.emplace_back(address, std::make_shared<const Socket>(listener.take()));
    }
    return bound;
}

void Server::listenOn(std::span<const config::ListenAddress> addresses, Bound added) {
    for (auto& bound : added) {
        letCallersIn(bound);
        listeners_.push_back(std::move(bound));
    }
    std::erase_if(listeners_, [this, addresses](const auto& open) {
        const auto isIt = [&open](const config::ListenAddress& address) { return open.first.isSameSocket(address); };
        if (std::ranges::any_of(addresses, isIt)) return false;
        reactor_.stopListening(*open.second);
        return true;
    });
}

void Server::letCallersIn(const Bound::value_type& bound) {
    const auto& [address, listener] = bound;
    reactor_.listen(listener);
    const base::Result<void> listens = listener->listen();
    if (!listens)
        context_.log.error(kWho, "no callers come in by `{}`: {}", address.directive, listens.error().message);
}

std::vector<config::ListenAddress> Server::addresses() const {
    std::vector<config::ListenAddress> addresses;
    for (const auto& [address, listener] : listeners_) addresses.push_back(address);
    return addresses;
}

void Server::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    sessions_.end(isGone, reason);
}

void Server::stop(const std::string& reason) {
    stopping_ = true;
    sessions_.endAll(reason);
    reactor_.stop();
    // A caller that was accepted at the last moment finds out on its loop that there is no session for it.
    sessions_.settle();
    listeners_.clear();
}

int Server::onCaller(void* server, SRTSOCKET socket, int /*version*/, const sockaddr* peer, const char* streamId) {
    return static_cast<Server*>(server)->judgeCaller(socket, Address::of(copyOf(peer)),
                                                     streamId == nullptr ? "" : streamId);
}

int Server::judgeCaller(SRTSOCKET socket, const Address& peer, const char* streamId) {
    constexpr int kRefused = -1;
    if (stopping_) {
        srt_setrejectreason(socket, SRT_REJX_DOWN);
        return kRefused;
    }
    // Its place is taken once it is accepted: libsrt may ask about a caller several times.
    if (const std::string full = budget_.refusal(peer.ip); !full.empty()) {
        srt_setrejectreason(socket, SRT_REJX_OVERLOAD);
        logNoRoom(full, peer);
        return kRefused;
    }
    const auto judged = entrance_.judge(streamId, peer.ip);
    const auto* const refusal = std::get_if<Refusal>(&judged);
    if (refusal == nullptr) return 0;
    srt_setrejectreason(socket, refusal->code);
    // Not the stream id: there may be secrets in it.
    context_.log.about(peer.ip, refusal->reason, base::LogLevel::Warn, kWho, clock_.monotonicMs(),
                       fmt::format("refused {} with code {}: {}", peer.text(), refusal->code, refusal->reason));
    return kRefused;
}

void Server::onCallers(const Socket& listener) {
    if (stopping_) return;
    // One at a time: libsrt complains in the log when nobody is there, and the reactor comes back at once for the next.
    sockaddr_storage address{};
    int size = sizeof address;
    Socket accepted(srt_accept(listener.id(), reinterpret_cast<sockaddr*>(&address), &size));
    if (accepted.id() != SRT_INVALID_SOCK) letIn(std::move(accepted), listener, Address::of(address));
}

void Server::letIn(Socket socket, const Socket& listener, const Address& peer) {
    Address local = socket.localAddress();
    if (local.port == 0) local = listener.localAddress(); // the caller has left already
    auto judged = entrance_.judge(socket.streamId(), peer.ip);
    if (const auto* const refusal = std::get_if<Refusal>(&judged)) {
        // Somebody was faster since the handshake.
        context_.log.about(peer.ip, refusal->reason, base::LogLevel::Warn, kWho, clock_.monotonicMs(),
                           fmt::format("closed {}: {}", peer.text(), refusal->reason));
        return;
    }
    base::Result<net::ConnectionPlace> place = budget_.take(peer.ip);
    if (!place) {
        logNoRoom(place.error().message, peer);
        return;
    }
    Sessions::Home& home = sessions_.next();
    home.loop().post([this, &home, socket = std::move(socket), place = place.take(),
                      itsPeer = Session::Peer{peer, std::move(local), std::get<Caller>(std::move(judged))}]() mutable {
        startSession(home, std::move(socket), std::move(itsPeer), std::move(place));
    });
}

void Server::startSession(Sessions::Home& home, Socket socket, Session::Peer peer, net::ConnectionPlace place) {
    const std::shared_ptr<const config::Config> config = context_.config.get();
    // A reload may have come since the caller was judged.
    const auto vhost = config->findVhost(peer.caller.id.vhost);
    const bool isServed = vhost != nullptr && vhost->enabled && vhost->srtEnabled;
    if (stopping_ || !isServed) return;
    peer.caller.vhost = vhost;
    const auto session =
        std::make_shared<Session>(context_, config, home.loop(), reactor_, endings_, std::move(socket), std::move(peer),
                                  [this, &home](Session& gone) { onGone(home, gone); });
    session->occupy(std::move(place));
    home.add(session);
    session->start();
}

void Server::onGone(Sessions::Home& home, Session& session) {
    home.remove(session);
}

void Server::logNoRoom(const std::string& why, const Address& peer) {
    const std::lock_guard lock(gateMutex_);
    if (const auto count = refusedGate_.admit(clock_.monotonicMs()))
        context_.log.warn(kWho, "refused {} connections: {} (the newest is from {})", *count, why, peer.ip);
}

} // namespace hookcast::srt
