#include "http/WebSocket.h"

#include "base/Base64.h"
#include "base/ByteWriter.h"
#include "http/HttpToken.h"

#include <Poco/String.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

namespace hookcast::http {

namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::size_t kShortPayloadBytes = 125;
constexpr std::uint8_t kLengthIn16Bits = 126;
constexpr std::uint8_t kLengthIn64Bits = 127;

/// RFC 6455, 1.3.
constexpr std::string_view kAcceptSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// 16 bytes in base64.
bool isKey(std::string_view key) {
    constexpr std::size_t kKeyLength = 24;
    constexpr std::size_t kKeyBytes = 16;
    const std::optional<base::Bytes> bytes = key.size() == kKeyLength ? base::fromBase64(key) : std::nullopt;
    return bytes && bytes->size() == kKeyBytes;
}

std::string acceptOf(const std::string& key) {
    const std::string salted = key + std::string(kAcceptSalt);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digestBytes = 0;
    EVP_Digest(salted.data(), salted.size(), digest.data(), &digestBytes, EVP_sha1(), nullptr);
    return base::toBase64({digest.data(), digestBytes});
}

} // namespace

std::string webSocketProtocol(const HttpRequest& request) {
    std::string_view offered = request.field("Sec-WebSocket-Protocol");
    while (!offered.empty()) {
        const std::size_t comma = std::min(offered.find(','), offered.size());
        std::string name = Poco::trim(std::string(offered.substr(0, comma)));
        if (isToken(name)) return name;
        offered.remove_prefix(std::min(comma + 1, offered.size()));
    }
    return {};
}

bool wantsWebSocket(const HttpRequest& request) {
    return request.fieldHas("Upgrade", "websocket");
}

base::Result<std::string> webSocketAccept(const HttpRequest& request) {
    if (request.method() != RequestHead::kGet) return base::Error{"a WebSocket begins with GET"};
    if (request.head.version() != RequestHead::kHttp11) return base::Error{"a WebSocket needs HTTP/1.1"};
    if (!request.fieldHas("Connection", "upgrade")) return base::Error{"a WebSocket needs Connection: Upgrade"};
    const std::string& key = request.field("Sec-WebSocket-Key");
    if (!isKey(key)) return base::Error{"a broken Sec-WebSocket-Key"};
    return acceptOf(key);
}

void appendWebSocketHeader(base::Bytes& out, WebSocketOpcode opcode, std::size_t payloadBytes) {
    base::ByteWriter writer(out);
    writer.u8(kFinal | static_cast<std::uint8_t>(opcode));
    if (payloadBytes <= kShortPayloadBytes) {
        writer.u8(static_cast<std::uint8_t>(payloadBytes));
    } else if (payloadBytes <= 0xFFFF) {
        writer.u8(kLengthIn16Bits);
        writer.u16(static_cast<std::uint16_t>(payloadBytes));
    } else {
        writer.u8(kLengthIn64Bits);
        writer.u64(payloadBytes);
    }
}

base::Bytes webSocketFrame(WebSocketOpcode opcode, base::ByteSpan payload) {
    base::Bytes frame;
    frame.reserve(kWebSocketHeaderBytes + payload.size());
    appendWebSocketHeader(frame, opcode, payload.size());
    frame.insert(frame.end(), payload.begin(), payload.end());
    return frame;
}

base::Bytes webSocketCloseFrame(WebSocketCloseCode code) {
    base::Bytes payload;
    base::ByteWriter(payload).u16(static_cast<std::uint16_t>(code));
    return webSocketFrame(WebSocketOpcode::Close, payload);
}

} // namespace hookcast::http
