#pragma once

#include "base/LogGate.h"
#include "config/Config.h"
#include "net/Listener.h"
#include "net/Loop.h"
#include "rtmp/ServerContext.h"
#include "rtmp/Session.h"

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace hookcast::rtmp {

/// Listens for RTMP and spreads its sessions over the loops. The methods are for the main thread.
///
/// Teardown: stop() while the loops still run, so that every session closes on its own; then the loops; then this.
class Server {
  public:
    /// Binds all listeners. Throws std::runtime_error, naming address and directive, when one cannot.
    /// `loops` run already, and outlive it until stop() has returned.
    Server(const ServerContext& context, std::shared_ptr<const config::Config> config,
           std::span<const std::unique_ptr<net::Loop>> loops);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Begins to accept.
    void start();

    /// Stops accepting and ends every session with `reason`; returns when all have closed their tickets.
    void stop(const std::string& reason);

    /// Any thread.
    std::size_t connections() const { return connections_.load(std::memory_order_relaxed); }

  private:
    /// The sessions of one loop, touched by it only.
    struct LoopSessions {
        explicit LoopSessions(net::Loop& itsLoop) : loop(itsLoop) {}

        net::Loop& loop;
        std::unordered_map<Session*, std::shared_ptr<Session>> sessions;
    };

    void onAccept(const Poco::Net::StreamSocket& socket);
    void startSession(LoopSessions& home, const Poco::Net::StreamSocket& socket);
    void onGone(LoopSessions& home, Session& session);

    // given
    ServerContext context_;
    std::shared_ptr<const config::Config> config_;
    net::Loop& acceptLoop_;
    // owned
    std::vector<std::unique_ptr<LoopSessions>> homes_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    // state
    std::atomic<std::size_t> connections_{0};
    std::size_t nextHome_ = 0;        ///< accept loop only
    base::LogGate refusedGate_{1000}; ///< accept loop only
};

} // namespace hookcast::rtmp
