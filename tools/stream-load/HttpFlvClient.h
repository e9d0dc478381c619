#pragma once

#include "FlvReader.h"
#include "TcpStreamClient.h"
#include "WebSocketPayload.h"

#include <string>

namespace hookcast::load {

/// A player over HTTP or WebSocket. It reads FLV; of other formats it counts the bytes. Loop thread only.
class HttpFlvClient final : public TcpStreamClient {
  public:
    HttpFlvClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, Listener& listener);

  private:
    // TcpStreamClient
    void onOpen() override;
    void read(base::ByteSpan bytes) override;

    bool takeHead(base::ByteSpan& bytes);
    void readFlv(base::ByteSpan bytes);

    // owned
    std::string head_; ///< of the answer, until it is whole
    WebSocketPayload webSocket_;
    FlvReader flv_;
    // state
    bool isWebSocket_;
    bool started_ = false;
};

} // namespace hookcast::load
