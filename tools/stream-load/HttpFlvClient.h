#pragma once

#include "AsyncConnect.h"
#include "FlvReader.h"
#include "StreamClient.h"
#include "WebSocketPayload.h"

#include "net/TcpConnection.h"

#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <string>

namespace hookcast::load {

/// A player over HTTP or WebSocket. It reads FLV; of other formats it counts the bytes. Loop thread only.
class HttpFlvClient final : public StreamClient, public net::TcpConnection::Handler {
  public:
    HttpFlvClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, Listener& listener);

    // StreamClient
    void stopReadingMessages() override { readsMessages_ = false; }
    void freeze() override;
    void close() override;

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override {}
    void onDisconnected(const std::string& reason) override { end(reason, false); }

  private:
    void onTcp(const Poco::Net::StreamSocket& socket, const std::string& error);
    bool takeHead(base::ByteSpan& bytes);
    void readFlv(base::ByteSpan bytes);
    void end(const std::string& reason, bool refused);

    // given
    net::Loop& loop_;
    Target target_;
    Listener& listener_;
    // owned
    AsyncConnect connecting_;
    std::unique_ptr<net::TcpConnection> connection_;
    std::string head_; ///< of the answer, until it is whole
    WebSocketPayload webSocket_;
    FlvReader flv_;
    // state
    bool isWebSocket_;
    bool readsMessages_;
    bool started_ = false;
    bool ended_ = false;
};

} // namespace hookcast::load
