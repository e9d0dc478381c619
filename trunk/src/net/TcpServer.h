#pragma once

#include "base/Log.h"
#include "base/LogGate.h"
#include "config/Config.h"
#include "net/ConnectionBudget.h"
#include "net/Listener.h"
#include "net/Loop.h"
#include "net/SessionHomes.h"
#include "net/TcpSession.h"

#include <Poco/Net/StreamSocket.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::net {

/// Listens for one protocol and spreads its sessions over the loops. The methods are for the main thread.
///
/// Teardown: stop() while the loops still run, so that every session closes on its own; then the loops; then this.
class TcpServer {
  public:
    /// Makes the session of an accepted connection, on its loop. May throw Poco::Exception when the peer is gone.
    using MakeSession =
        std::function<std::shared_ptr<TcpSession>(Loop&, const Poco::Net::StreamSocket&, const TcpSession::OnGone&)>;

    /// Binds all listeners. Throws std::runtime_error, naming address and directive, when one cannot.
    /// `protocol` names it in the log; `loops` run already, and outlive it until stop() has returned.
    TcpServer(std::string protocol, std::span<const config::ListenAddress> addresses,
              std::span<const std::unique_ptr<Loop>> loops, ConnectionBudget& budget, base::Log& log,
              MakeSession makeSession);
    ~TcpServer();
    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    /// Begins to accept.
    void start();

    /// Listeners that are bound and do not accept yet.
    using Bound = std::vector<std::pair<config::ListenAddress, std::unique_ptr<Listener>>>;

    /// Binds those of `addresses` that it does not listen on already. Throws as the constructor does.
    Bound bindMissing(std::span<const config::ListenAddress> addresses);

    /// Begins to accept on `added`, then closes what it listens on and is not among `addresses`. Nobody who is
    /// connected notices.
    void listenOn(std::span<const config::ListenAddress> addresses, Bound added);

    std::vector<config::ListenAddress> addresses() const;

    /// Ends every session of a vhost that `isGone` says so of, with `reason`, as stop() does.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);

    /// Stops accepting and ends every session with `reason`; returns when all have closed their tickets.
    void stop(const std::string& reason);

  private:
    using Sessions = SessionHomes<TcpSession>;

    void onAccept(const Poco::Net::StreamSocket& socket);
    void startSession(Sessions::Home& home, const Poco::Net::StreamSocket& socket, ConnectionPlace place);
    void onGone(Sessions::Home& home, TcpSession& session);

    // given
    std::string protocol_;
    ConnectionBudget& budget_;
    base::Log& log_;
    MakeSession makeSession_;
    Loop& acceptLoop_;
    // owned
    Sessions sessions_; ///< next() on the accept loop only
    Bound listeners_;
    // state
    base::LogGate refusedGate_{1000}; ///< accept loop only
};

} // namespace hookcast::net
