#include "rtmp/Server.h"

#include <Poco/Exception.h>

#include <future>
#include <utility>

namespace hookcast::rtmp {

namespace {

/// Runs `task` on `loop` and waits for it. Not from a loop.
template <typename F>
void runOn(net::Loop& loop, F task) {
    std::promise<void> done;
    loop.post([&] {
        task();
        done.set_value();
    });
    done.get_future().wait();
}

} // namespace

Server::Server(const ServerContext& context, std::shared_ptr<const config::Config> config,
               std::span<const std::unique_ptr<net::Loop>> loops)
    : context_(context), config_(std::move(config)), acceptLoop_(*loops.front()) {
    for (const auto& loop : loops) homes_.push_back(std::make_unique<LoopSessions>(*loop));
    for (const config::ListenAddress& address : config_->rtmpListen) {
        listeners_.push_back(std::make_unique<net::Listener>(
            acceptLoop_, address, [this](const Poco::Net::StreamSocket& socket) { onAccept(socket); }));
    }
}

Server::~Server() = default;

void Server::start() {
    runOn(acceptLoop_, [this] {
        for (const auto& listener : listeners_) listener->start();
    });
}

void Server::stop(const std::string& reason) {
    runOn(acceptLoop_, [this] { listeners_.clear(); });
    for (const auto& home : homes_) {
        runOn(home->loop, [&home, &reason] {
            const auto sessions = home->sessions;
            for (const auto& [key, session] : sessions) session->kick(reason);
        });
        // What the sessions left behind to be destroyed was posted before this.
        runOn(home->loop, [] {});
    }
}

void Server::onAccept(const Poco::Net::StreamSocket& socket) {
    if (connections_.load(std::memory_order_relaxed) >= config_->maxConnections) {
        if (const auto count = refusedGate_.admit(acceptLoop_.clock().monotonicMs()))
            context_.log.warn("rtmp", "refused {} connections: max_connections {} is reached", *count,
                              config_->maxConnections);
        return;
    }
    ++connections_;
    LoopSessions& home = *homes_[nextHome_++ % homes_.size()];
    if (home.loop.isCurrent())
        startSession(home, socket);
    else
        home.loop.post([this, &home, socket] { startSession(home, socket); });
}

void Server::startSession(LoopSessions& home, const Poco::Net::StreamSocket& socket) {
    try {
        const auto session = std::make_shared<Session>(context_, config_, home.loop, socket,
                                                       [this, &home](Session& gone) { onGone(home, gone); });
        home.sessions.emplace(session.get(), session);
        session->start();
    } catch (const Poco::Exception& e) {
        // The peer left between accept and the first look at it.
        --connections_;
        context_.log.info("rtmp", "a connection was gone at once: {}", e.displayText());
    }
}

void Server::onGone(LoopSessions& home, Session& session) {
    const auto found = home.sessions.find(&session);
    if (found == home.sessions.end()) return;
    // By post: the session is still on the stack.
    home.loop.post([kept = std::move(found->second)] {});
    home.sessions.erase(found);
    --connections_;
}

} // namespace hookcast::rtmp
