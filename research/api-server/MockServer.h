#pragma once

#include "api-server/CallLog.h"
#include "api-server/CallStore.h"
#include "api-server/Connections.h"
#include "api-server/ControlHandler.h"
#include "api-server/EventStore.h"
#include "api-server/HookHandler.h"
#include "api-server/RuleSet.h"
#include "api-server/ServerOptions.h"
#include "api-server/SignatureGate.h"
#include "api-server/StopSignal.h"
#include "base/Clock.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <cstdint>
#include <string>

namespace hookcast::mock {

/// The whole server, with Poco's thread per connection. Its methods belong to the thread that made it.
class MockServer {
  public:
    /// Binds and listens; what connects is answered from start() on. `clock` must outlive the server; the calls are
    /// logged to `logFd` unless the options say quiet. Throws Poco::Exception when the address cannot be had.
    MockServer(const ServerOptions& options, const base::Clock& clock, int logFd);

    /// Stops.
    ~MockServer();
    MockServer(const MockServer&) = delete;
    MockServer& operator=(const MockServer&) = delete;

    void start();

    /// Stops listening, ends delays and long polls, closes every connection and waits for their threads. Calling it
    /// again does nothing.
    void stop();

    /// "127.0.0.1:8085", with the true port where port 0 was asked for.
    std::string address() const { return address_.toString(); }
    std::uint16_t port() const { return address_.port(); }

  private:
    // state
    StopSignal stop_;
    RuleSet rules_;
    CallStore calls_;
    EventStore events_;
    CallLog log_;
    SignatureGate signatures_;
    Connections connections_;

    // owned
    HookHandler hooks_;
    ControlHandler control_;
    Poco::Net::HTTPServerParams::Ptr params_;
    Poco::ThreadPool threads_;
    Poco::Net::ServerSocket socket_;
    Poco::Net::SocketAddress address_;
    Poco::Net::TCPServer server_;
    bool started_ = false;
};

} // namespace hookcast::mock
