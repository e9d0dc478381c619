#pragma once

#include "base/WorkerThread.h"
#include "config/Config.h"
#include "net/ConnectionBudget.h"
#include "net/ListenerSet.h"
#include "net/Loop.h"
#include "net/Reception.h"
#include "srt/Entrance.h"
#include "srt/Library.h"
#include "srt/Reactor.h"
#include "srt/ServerContext.h"
#include "srt/Session.h"
#include "srt/Socket.h"

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hookcast::srt {

/// Listens for SRT callers and spreads their sessions over the loops. The methods are for the main thread.
///
/// Who cannot be let in is told so during the handshake, by a reject code: a stream id that cannot be read, a vhost
/// that does not exist or serves no SRT, a name that somebody publishes, no room. A wrong passphrase is libsrt's own
/// refusal. What only the backends can say comes later, and then the accepted connection is closed: libsrt asks about
/// a caller on the thread that carries every connection of that port, which must not wait for anything.
///
/// Teardown: stop() while the loops still run: no more callers, then the sessions, each closing its tickets, then the
/// reactor; then the loops; then this, and with it libsrt.
class Server {
  public:
    /// Listens nowhere yet. Throws std::runtime_error when libsrt cannot begin. `loops` run already, and outlive it
    /// until stop() has returned.
    Server(ServerContext& context, std::span<const std::unique_ptr<net::Loop>> loops, net::ConnectionBudget& budget);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listeners that are bound; callers come to them once they are listened on.
    using Listeners = net::ListenerSet<std::shared_ptr<const Socket>>;
    using Bound = Listeners::Bound;

    /// Binds those of `addresses` that it does not listen on already, with `options`. Throws std::runtime_error, naming
    /// address and directive, when one cannot be bound, or when libsrt does not like an option.
    Bound bindMissing(std::span<const config::ListenAddress> addresses, const config::SrtServerConfig& options);

    /// Begins to accept on `added`, then closes what it listens on and is not among `addresses`. Nobody who is
    /// connected notices.
    void listenOn(std::span<const config::ListenAddress> addresses, Bound added);

    std::vector<config::ListenAddress> addresses() const;

    /// Ends every session of a vhost that `isGone` says so of, with `reason`, as stop() does.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);

    /// Stops accepting and ends every session with `reason`; returns when all have closed their tickets.
    void stop(const std::string& reason);

  private:
    void letCallersIn(const config::ListenAddress& address, const std::shared_ptr<const Socket>& listener);
    static int onCaller(void* server, SRTSOCKET socket, int version, const sockaddr* peer, const char* streamId);
    int judgeCaller(SRTSOCKET socket, const Address& peer, const char* streamId);
    void tellRefusal(const Address& peer, const Refusal& refusal);
    void onCallers(const Socket& listener);
    void letIn(Socket socket, const Socket& listener, const Address& peer);
    std::shared_ptr<Session> makeSession(net::Loop& loop, Socket socket, Session::Peer peer,
                                         const Session::OnGone& onGone);

    // given
    ServerContext& context_;
    net::ConnectionBudget& budget_;
    const base::Clock& clock_;
    // owned
    Library library_;
    Entrance entrance_;
    base::WorkerThread endings_{context_.log, "srt"}; ///< of sessions' demuxers
    net::Reception<Session> reception_;               ///< receive() on the reactor's thread only
    Listeners listeners_;
    Reactor reactor_;
    // state
    std::atomic<bool> stopping_{false};
};

} // namespace hookcast::srt
