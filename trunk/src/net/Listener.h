#pragma once

#include "base/LogGate.h"
#include "config/Config.h"
#include "net/InheritedSockets.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "net/Watch.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hookcast::net {

/// A listening TCP socket on a loop. The constructor binds, on any thread; the rest happens on the loop.
class Listener {
  public:
    /// The only reference to the socket, so that whoever it is moved to, on whatever loop, lets go of it last.
    using Accepted = std::unique_ptr<Poco::Net::StreamSocket>;
    using OnAccept = std::function<void(Accepted)>;

    /// Binds and listens. Throws std::runtime_error, naming address and directive, when that fails.
    /// `onAccept` gets each connection, on the loop.
    /// `inherited`: those that are bound already, one of which may be this address's.
    Listener(Loop& loop, const config::ListenAddress& address, OnAccept onAccept,
             InheritedSockets* inherited = nullptr);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Loop thread. Throws std::exception when the system cannot watch the socket.
    void start();
    /// Loop thread.
    void stop();

    /// Takes in what waits in the backlog, which closing the socket would reset. Loop thread, between start and stop.
    void acceptWaiting() { acceptSome(); }

    std::uint16_t port() const { return port_; }

  private:
    void bind(const config::ListenAddress& address);
    void onEvent();
    void acceptSome();
    void backOff(int error);

    // given
    Loop& loop_;
    OnAccept onAccept_;
    // owned
    Poco::Net::ServerSocket socket_;
    Watch watch_;
    Timer backOffTimer_;
    // state
    std::string who_;
    std::uint16_t port_ = 0;
    base::LogGate backOffGate_{1000};
};

} // namespace hookcast::net
