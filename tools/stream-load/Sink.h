#pragma once

#include "AsyncConnect.h"
#include "FloorMessage.h"
#include "Metrics.h"
#include "Options.h"

#include "net/Loop.h"
#include "net/TcpConnection.h"

#include <Poco/Net/SocketAddress.h>

#include <memory>
#include <string>

namespace hookcast::load {

/// A client that only takes bytes, or answers each message: the other end of the floor. Loop thread only.
class Sink final : public net::TcpConnection::Handler {
  public:
    Sink(net::Loop& loop, const Poco::Net::SocketAddress& address, const Options& options, Metrics& metrics);

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override {}
    void onDisconnected(const std::string& reason) override;

  private:
    void onTcp(const Poco::Net::StreamSocket& socket, const std::string& error);

    // given
    net::Loop& loop_;
    Metrics& metrics_;
    // owned
    AsyncConnect connecting_;
    std::unique_ptr<net::TcpConnection> connection_;
    // state
    bool answers_;
    FloorMessage::Reader reader_;
};

} // namespace hookcast::load
