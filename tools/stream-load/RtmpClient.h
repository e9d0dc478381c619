#pragma once

#include "AsyncConnect.h"
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
class RtmpClient final : public net::TcpConnection::Handler {
  public:
    enum class Role : std::uint8_t { Play, Publish };

    /// What the owner learns, on the loop. It may destroy the client in any of these only by a post.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void onConnected() = 0;                                    ///< TCP
        virtual void onStarted() = 0;                                      ///< the server lets it play or publish
        virtual void onBytes(std::size_t bytes) = 0;                       ///< whatever they mean
        virtual void onMessage(const rtmp::Message& message) = 0;          ///< media and data, while messages are read
        virtual void onEnded(const std::string& reason, bool refused) = 0; ///< once
    };

    RtmpClient(net::Loop& loop, const Poco::Net::SocketAddress& address, Target target, Role role, Listener& listener);

    /// From here on bytes are counted and not looked at.
    void stopReadingMessages() { readsMessages_ = false; }

    /// Takes nothing from the socket any more.
    void freeze();

    /// Sends one media or data message. False when the socket is so full that it was left out.
    bool publish(rtmp::MessageType type, std::uint32_t timestampMs, base::ByteSpan payload);

    void close();

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
