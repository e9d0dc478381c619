#pragma once

#include "AsyncConnect.h"
#include "StreamClient.h"
#include "Target.h"

#include "net/TcpConnection.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <memory>
#include <string>

namespace hookcast::load {

/// What clients over TCP share: the connection, from its beginning to its one end. Loop thread only.
class TcpStreamClient : public StreamClient, public net::TcpConnection::Handler {
  public:
    // StreamClient
    void stopReadingMessages() override { readsMessages_ = false; }
    void freeze() override;
    void close() override;

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override {}
    void onDisconnected(const std::string& reason) override { end(reason, false); }

  protected:
    TcpStreamClient(net::Loop& loop, const Poco::Net::SocketAddress& address, Target target, Listener& listener);

    /// The connection stands: the client speaks first.
    virtual void onOpen() = 0;

    /// Something came in. Not after the end.
    virtual void read(base::ByteSpan bytes) = 0;

    void send(base::ByteSpan bytes);
    void end(const std::string& reason, bool refused);

    net::Loop& loop() const { return loop_; }
    const Target& target() const { return target_; }
    Listener& listener() const { return listener_; }
    bool hasEnded() const { return ended_; }
    bool readsMessages() const { return readsMessages_; }

    /// Whether so much is unsent that what can be left out should be.
    bool isFull() const;

  private:
    void onTcp(const Poco::Net::StreamSocket& socket, const std::string& error);

    // given
    net::Loop& loop_;
    Target target_;
    Listener& listener_;
    // owned
    AsyncConnect connecting_;
    std::unique_ptr<net::TcpConnection> connection_;
    // state
    bool readsMessages_ = true;
    bool ended_ = false;
};

} // namespace hookcast::load
