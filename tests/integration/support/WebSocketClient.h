#pragma once

#include "support/HttpClient.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// The fields of a GET that asks for one.
inline constexpr const char* kWebSocketHandshake =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The client's side of a WebSocket. Its calls wait, as those of HttpClient do.
class WebSocketClient {
  public:
    struct Frame {
        unsigned opcode = 0;
        std::string payload;
    };

    /// Asks for `target`; answer() tells what came of it.
    WebSocketClient(std::uint16_t port, std::string_view target);

    const HttpAnswer& answer() const { return answer_; }

    /// A final frame with a mask.
    void send(unsigned opcode, std::string_view payload);

    /// The next frame; throws std::runtime_error when it is masked or in fragments.
    Frame receive();

    /// The payloads of binary frames until `count` bytes have come.
    std::string receiveBinary(std::size_t count);

    HttpClient& http() { return http_; }

  private:
    HttpClient http_;
    HttpAnswer answer_;
};

} // namespace hookcast::integration
