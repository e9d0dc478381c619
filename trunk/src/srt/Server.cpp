#include "srt/Server.h"

#include <fmt/format.h>
#include <srt/access_control.h>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace hookcast::srt {

namespace {

constexpr const char* kWho = "srt";
/// What libsrt is told of a caller that is not let in.
constexpr int kRefused = -1;

sockaddr_storage copyOf(const sockaddr* address) {
    sockaddr_storage copy{};
    if (address->sa_family == AF_INET6)
        *reinterpret_cast<sockaddr_in6*>(&copy) = *reinterpret_cast<const sockaddr_in6*>(address);
    else
        *reinterpret_cast<sockaddr_in*>(&copy) = *reinterpret_cast<const sockaddr_in*>(address);
    return copy;
}

} // namespace

Server::Server(ServerContext& context, std::span<const std::unique_ptr<net::Loop>> loops, net::ConnectionBudget& budget)
    : context_(context), budget_(budget), clock_(loops.front()->clock()), library_(context.log),
      entrance_(context.config, context.streams), endings_(context.log, kWho),
      reception_(kWho, loops, budget, context.log) {
    reactor_.start([this](const Socket& listener) { onCallers(listener); });
}

Server::~Server() = default;

Server::Bound Server::bindMissing(std::span<const config::ListenAddress> addresses,
                                  const config::SrtServerConfig& options) {
    return listeners_.bindMissing(addresses, [this, &options](const config::ListenAddress& address) {
        auto listener = Socket::bind(address, options);
        if (!listener)
            throw std::runtime_error(fmt::format("{}: cannot listen for SRT on port {} (directive `{}`): {}",
                                                 address.where.text(), address.port, address.directive,
                                                 listener.error().message));
        srt_listen_callback(listener.value().id(), onCaller, this);
        return std::make_shared<const Socket>(listener.take());
    });
}

void Server::listenOn(std::span<const config::ListenAddress> addresses, Bound added) {
    listeners_.change(
        addresses, std::move(added),
        [this](const auto& address, const auto& listener) { letCallersIn(address, listener); },
        [this](const auto& listener) { reactor_.stopListening(*listener); });
}

void Server::letCallersIn(const config::ListenAddress& address, const std::shared_ptr<const Socket>& listener) {
    reactor_.listen(listener);
    const base::Result<void> listens = listener->listen();
    if (!listens)
        context_.log.error(kWho, "no callers come in by `{}`: {}", address.directive, listens.error().message);
}

std::vector<config::ListenAddress> Server::addresses() const {
    return listeners_.addresses();
}

void Server::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    reception_.end(isGone, reason);
}

void Server::stop(const std::string& reason) {
    stopping_ = true;
    reception_.endAll(reason);
    reactor_.stop();
    // A caller that was accepted at the last moment finds out on its loop that there is no session for it.
    reception_.settle();
    listeners_.clear();
}

int Server::onCaller(void* server, SRTSOCKET socket, int /*version*/, const sockaddr* peer, const char* streamId) {
    auto& self = *static_cast<Server*>(server);
    try {
        return self.judgeCaller(socket, Address::of(copyOf(peer)), streamId == nullptr ? "" : streamId);
    } catch (const std::exception& e) {
        // Nothing may be thrown through libsrt.
        self.context_.log.error(kWho, "internal error while a caller was judged: {}", e.what());
        return kRefused;
    }
}

int Server::judgeCaller(SRTSOCKET socket, const Address& peer, const char* streamId) {
    if (stopping_) {
        srt_setrejectreason(socket, SRT_REJX_DOWN);
        return kRefused;
    }
    // Its place is taken once it is accepted: libsrt may ask about a caller several times.
    if (const std::string full = budget_.refusal(peer.ip); !full.empty()) {
        srt_setrejectreason(socket, SRT_REJX_OVERLOAD);
        reception_.tellRefused(full, peer.ip);
        return kRefused;
    }
    const auto judged = entrance_.judge(streamId, peer.ip);
    const auto* const refusal = std::get_if<Refusal>(&judged);
    if (refusal == nullptr) {
        if (std::get<Caller>(judged).use() == config::StreamUse::Play) Socket::expectNoMedia(socket);
        return 0;
    }
    srt_setrejectreason(socket, refusal->code);
    tellRefusal(peer, *refusal);
    return kRefused;
}

/// Without the stream id: there may be secrets in it.
void Server::tellRefusal(const Address& peer, const Refusal& refusal) {
    hooks::RefusalLine line;
    line.who = kWho;
    line.event = hooks::nameOf(!refusal.use                                 ? hooks::HookAction::Connect
                               : *refusal.use == config::StreamUse::Publish ? hooks::HookAction::Publish
                                                                            : hooks::HookAction::Play);
    line.stream = refusal.stream;
    line.ip = peer.ip;
    line.cause = refusal.why.cause;
    line.reason = fmt::format("{} (code {})", refusal.why.message, refusal.code);
    context_.admission.refusals().tell(line, clock_.monotonicMs());
}

void Server::onCallers(const Socket& listener) {
    if (stopping_) return;
    // One at a time: libsrt complains in the log when nobody is there, and the reactor comes back at once for the next.
    sockaddr_storage address{};
    int size = sizeof address;
    Socket accepted(srt_accept(listener.id(), reinterpret_cast<sockaddr*>(&address), &size));
    if (accepted.id() == SRT_INVALID_SOCK) return;
    try {
        letIn(std::move(accepted), listener, Address::of(address));
    } catch (const std::exception& e) {
        context_.log.error(kWho, "internal error while accepting: {}", e.what());
    }
}

void Server::letIn(Socket socket, const Socket& listener, const Address& peer) {
    Address local = socket.localAddress();
    if (local.port == 0) local = listener.localAddress(); // the caller has left already
    auto judged = entrance_.judge(socket.streamId(), peer.ip);
    if (const auto* const refusal = std::get_if<Refusal>(&judged)) {
        // Somebody was faster since the handshake.
        tellRefusal(peer, *refusal);
        return;
    }
    std::optional<net::ConnectionPlace> place = reception_.admit(peer.ip);
    if (!place) return;
    reception_.receive(std::move(*place),
                       [this, socket = std::move(socket),
                        itsPeer = Session::Peer{peer, std::move(local), std::get<Caller>(std::move(judged))}](
                           net::Loop& loop, const Session::OnGone& onGone) mutable {
                           return makeSession(loop, std::move(socket), std::move(itsPeer), onGone);
                       });
}

std::shared_ptr<Session> Server::makeSession(net::Loop& loop, Socket socket, Session::Peer peer,
                                             const Session::OnGone& onGone) {
    const std::shared_ptr<const config::Config> config = context_.config.get();
    // A reload may have come since the caller was judged.
    const auto vhost = config->findVhost(peer.caller.id.vhost);
    const bool isServed = vhost != nullptr && vhost->enabled && vhost->srtEnabled;
    if (stopping_ || !isServed) return nullptr;
    peer.caller.vhost = vhost;
    return std::make_shared<Session>(context_, config, loop, reactor_, endings_, std::move(socket), std::move(peer),
                                     onGone);
}

} // namespace hookcast::srt
