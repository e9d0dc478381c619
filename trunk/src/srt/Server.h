#pragma once

#include "base/LogGate.h"
#include "config/Config.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "srt/Entrance.h"
#include "srt/Library.h"
#include "srt/Reactor.h"
#include "srt/ServerContext.h"
#include "srt/Session.h"
#include "srt/Socket.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
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
    /// Binds all listeners. Throws std::runtime_error, naming address and directive, when one cannot, or when libsrt
    /// does not like an option. `loops` run already, and outlive it until stop() has returned.
    Server(ServerContext& context, std::shared_ptr<const config::Config> config,
           std::span<const std::unique_ptr<net::Loop>> loops, net::ConnectionBudget& budget);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Begins to accept.
    void start();

    /// Stops accepting and ends every session with `reason`; returns when all have closed their tickets.
    void stop(const std::string& reason);

  private:
    /// The sessions of one loop, touched by it only.
    struct LoopSessions {
        explicit LoopSessions(net::Loop& itsLoop) : loop(itsLoop) {}

        net::Loop& loop;
        std::unordered_map<Session*, std::shared_ptr<Session>> sessions;
    };

    static int onCaller(void* server, SRTSOCKET socket, int version, const sockaddr* peer, const char* streamId);
    int judgeCaller(SRTSOCKET socket, const Address& peer, const char* streamId);
    void onCallers(const Socket& listener);
    void letIn(Socket socket, const Socket& listener, const Address& peer);
    void startSession(LoopSessions& home, Socket socket, Session::Peer peer);
    void onGone(LoopSessions& home, Session& session);
    void logNoRoom();

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    net::ConnectionBudget& budget_;
    // owned
    Library library_;
    Entrance entrance_;
    std::vector<std::unique_ptr<LoopSessions>> homes_;
    std::vector<Socket> listeners_;
    Reactor reactor_;
    // state
    std::size_t nextHome_ = 0; ///< the reactor's thread only
    std::atomic<bool> stopping_{false};
    std::mutex gateMutex_;
    base::LogGate refusedGate_{1000}; ///< guarded by gateMutex_
};

} // namespace hookcast::srt
