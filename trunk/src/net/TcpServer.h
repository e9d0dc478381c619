#pragma once

#include "base/Log.h"
#include "config/Config.h"
#include "net/ConnectionBudget.h"
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
    using MakeSession =
        std::function<std::shared_ptr<TcpSession>(Loop&, const Poco::Net::StreamSocket&, const TcpSession::OnGone&)>;

    /// Listens nowhere yet. `protocol` names it in the log; `loops` run already, and outlive it until stop() has
    /// returned.
    TcpServer(std::string protocol, std::span<const std::unique_ptr<Loop>> loops, ConnectionBudget& budget,
              base::Log& log, MakeSession makeSession);
    ~TcpServer();
    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    /// Listeners that are bound and do not accept yet.
    using Listeners = ListenerSet<std::unique_ptr<Listener>>;
    using Bound = Listeners::Bound;

    /// Binds those of `addresses` that it does not listen on already. Throws std::runtime_error, naming address and
    /// directive, when one cannot be bound.
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
    void onAccept(Listener::Accepted socket);

    // given
    MakeSession makeSession_;
    Loop& acceptLoop_;
    // owned
    Reception<TcpSession> reception_; ///< receive() on the accept loop only
    Listeners listeners_;             ///< changed on the accept loop
};

} // namespace hookcast::net
