#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "http/HttpRequest.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The parts of RFC 6455 that both sides of a connection share.
namespace hookcast::http {

enum class WebSocketOpcode : std::uint8_t {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
};

/// RFC 6455, 7.4.1.
enum class WebSocketCloseCode : std::uint16_t {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    MessageTooBig = 1009,
};

/// The longest header of a frame without mask.
inline constexpr std::size_t kWebSocketHeaderBytes = 10;

/// The payload of a ping, a pong or a close frame.
inline constexpr std::size_t kWebSocketControlBytes = 125;

/// The first of the sub-protocols that the client offers, to be answered with (RFC 6455, 4.2.2): what is sent is the
/// same for all of them, and a browser that hears none of its own gives up. Empty: it offers none.
std::string webSocketProtocol(const HttpRequest& request);

/// Whether a request asks for a WebSocket at all.
bool wantsWebSocket(const HttpRequest& request);

/// Checks the client's opening handshake (RFC 6455, 4.2.1) and returns the Sec-WebSocket-Accept that answers it.
base::Result<std::string> webSocketAccept(const HttpRequest& request);

/// The version that is spoken here: `Sec-WebSocket-Version`.
inline constexpr const char* kWebSocketVersion = "13";

/// Appends the header of an unmasked, final frame: what a server sends.
void appendWebSocketHeader(base::Bytes& out, WebSocketOpcode opcode, std::size_t payloadBytes);

/// A whole frame.
base::Bytes webSocketFrame(WebSocketOpcode opcode, base::ByteSpan payload);

base::Bytes webSocketCloseFrame(WebSocketCloseCode code);

} // namespace hookcast::http
