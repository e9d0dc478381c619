#pragma once

#include "TcpStreamClient.h"

#include "net/Loop.h"
#include "rtmp/Amf.h"
#include "rtmp/ChunkReader.h"
#include "rtmp/Handshake.h"
#include "rtmp/Message.h"

#include <Poco/Net/SocketAddress.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::load {

/// The client's side of one RTMP connection that plays or publishes one stream. Loop thread only.
class RtmpClient final : public TcpStreamClient {
  public:
    enum class Role : std::uint8_t { Play, Publish };

    RtmpClient(net::Loop& loop, const Poco::Net::SocketAddress& address, Target target, Role role, Listener& listener);

    /// Sends one media or data message. False when the socket is so full that it was left out.
    bool publish(rtmp::MessageType type, std::uint32_t timestampMs, base::ByteSpan payload);

  private:
    // TcpStreamClient
    void onOpen() override;
    void read(base::ByteSpan bytes) override;

    void onMessage(const rtmp::Message& message);
    void onCommand(const rtmp::Message& message);
    void onStatus(const rtmp::Amf& info);
    void call(std::string_view name, double transactionId, std::uint32_t messageStreamId,
              const std::vector<rtmp::Amf>& arguments);

    // given
    Role role_;
    // owned
    std::unique_ptr<rtmp::ClientHandshake> handshake_;
    rtmp::ChunkReader reader_;
};

} // namespace hookcast::load
