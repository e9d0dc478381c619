#include "http/WebSocket.h"

#include "base/ByteWriter.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

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
    constexpr std::string_view kPadding = "==";
    const auto isBase64 = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    return key.size() == kKeyLength && key.ends_with(kPadding) &&
           std::ranges::all_of(key.substr(0, kKeyLength - kPadding.size()), isBase64);
}

std::string acceptOf(const std::string& key) {
    const std::string salted = key + std::string(kAcceptSalt);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digestBytes = 0;
    EVP_Digest(salted.data(), salted.size(), digest.data(), &digestBytes, EVP_sha1(), nullptr);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> text{};
    const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digestBytes));
    return {text.begin(), text.begin() + length};
}

} // namespace

bool wantsWebSocket(const HttpRequest& request) {
    return request.fieldHas("Upgrade", "websocket");
}

base::Result<std::string> webSocketAccept(const HttpRequest& request) {
    if (request.method() != Poco::Net::HTTPRequest::HTTP_GET) return base::Error{"a WebSocket begins with GET"};
    if (request.head.getVersion() != Poco::Net::HTTPMessage::HTTP_1_1) return base::Error{"a WebSocket needs HTTP/1.1"};
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
