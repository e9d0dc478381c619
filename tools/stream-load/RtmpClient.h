#pragma once

#include "AsyncConnect.h"
#include "StreamClient.h"
#include "Target.h"

#include "net/Loop.h"
#include "net/TcpConnection.h"
#include "rtmp/Amf.h"
#include "rtmp/ChunkReader.h"
#include "rtmp/Handshake.h"
#include "rtmp/Message.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::load {

/// The client's side of one RTMP connection that plays or publishes one stream. Loop thread only.
class RtmpClient final : public StreamClient, public net::TcpConnection::Handler {
  public:
    enum class Role : std::uint8_t { Play, Publish };

    RtmpClient(net::Loop& loop, const Poco::Net::SocketAddress& address, Target target, Role role, Listener& listener);

    // StreamClient
    void stopReadingMessages() override { readsMessages_ = false; }
    void freeze() override;
    void close() override;

    /// Sends one media or data message. False when the socket is so full that it was left out.
    bool publish(rtmp::MessageType type, std::uint32_t timestampMs, base::ByteSpan payload);

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override {}
    void onDisconnected(const std::string& reason) override;

  private:
    void onTcp(const Poco::Net::StreamSocket& socket, const std::string& error);
    void onMessage(const rtmp::Message& message);
    void onCommand(const rtmp::Message& message);
    void onStatus(const rtmp::Amf& info);
    void call(std::string_view name, double transactionId, std::uint32_t messageStreamId,
              const std::vector<rtmp::Amf>& arguments);
    void send(base::ByteSpan bytes);
    void end(const std::string& reason, bool refused);

    // given
    net::Loop& loop_;
    Target target_;
    Role role_;
    Listener& listener_;
    // owned
    AsyncConnect connecting_;
    std::unique_ptr<net::TcpConnection> connection_;
    std::unique_ptr<rtmp::ClientHandshake> handshake_;
    rtmp::ChunkReader reader_;
    // state
    bool readsMessages_ = true;
    bool ended_ = false;
};

} // namespace hookcast::load
