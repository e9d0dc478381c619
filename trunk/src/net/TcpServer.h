#pragma once

#include "base/Log.h"
#include "config/Config.h"
#include "net/Arrival.h"
#include "net/ConnectionBudget.h"
#include "net/CurrentTls.h"
#include "net/InheritedSockets.h"
#include "net/Listener.h"
#include "net/ListenerSet.h"
#include "net/Loop.h"
#include "net/Reception.h"
#include "net/TcpSession.h"

#include <Poco/Net/StreamSocket.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hookcast::net {

/// Listens for one protocol and spreads its sessions over the loops. The methods are for the main thread.
///
/// Teardown: stop() while the loops still run, so that every session closes on its own; then the loops; then this.
class TcpServer {
  public:
    /// Makes the session of an accepted connection, on its loop. May throw Poco::Exception when the peer is gone.
    using MakeSession = std::function<std::shared_ptr<TcpSession>(Loop&, const Arrival&, const TcpSession::OnGone&)>;

    /// Listens nowhere yet. `protocol` names it in the log; `loops` run already, and outlive it until stop() has
    /// returned, as does `tls`, which those get who come to an address of TLS.
    TcpServer(std::string protocol, std::span<const std::unique_ptr<Loop>> loops, ConnectionBudget& budget,
              base::Log& log, const CurrentTls& tls, MakeSession makeSession);
    ~TcpServer();
    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    /// Listeners that are bound and do not accept yet.
    using Listeners = ListenerSet<std::unique_ptr<Listener>>;
    using Bound = Listeners::Bound;

    /// Binds those of `addresses` that it does not listen on already. Throws std::runtime_error, naming address and
    /// directive, when one cannot be bound. What is among `inherited` is bound already.
    Bound bindMissing(std::span<const config::ListenAddress> addresses, InheritedSockets* inherited = nullptr);

    /// Begins to accept on `added`, then closes what it listens on and is not among `addresses`. Nobody who is
    /// connected notices.
    void listenOn(std::span<const config::ListenAddress> addresses, Bound added);

    std::vector<config::ListenAddress> addresses() const { return served_; }

    /// Ends every session of a vhost that `isGone` says so of, with `reason`, as stop() does.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);

    /// Stops accepting and ends every session with `reason`; returns when all have closed their tickets.
    void stop(const std::string& reason);

  private:
    void onAccept(const config::ListenAddress& at, Listener::Accepted socket);

    // given
    base::Log& log_;
    const CurrentTls& tls_;
    MakeSession makeSession_;
    Loop& acceptLoop_;
    // owned
    Reception<TcpSession> reception_; ///< receive() on the accept loop only
    Listeners listeners_;             ///< changed on the accept loop
    // state
    std::vector<config::ListenAddress> served_; ///< as they are now; changed on the accept loop
};

} // namespace hookcast::net
