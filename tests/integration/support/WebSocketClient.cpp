#include "support/WebSocketClient.h"

#include <stdexcept>

namespace hookcast::integration {

namespace {

constexpr std::string_view kMask = "\x12\x34\x56\x78";

std::uint64_t numberIn(const std::string& bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number << 8U | static_cast<std::uint8_t>(byte);
    return number;
}

} // namespace

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view target)
    : http_(port), answer_(http_.get(target, kWebSocketHandshake)) {}

void WebSocketClient::send(unsigned opcode, std::string_view payload) {
    constexpr std::size_t kShort = 125;
    if (payload.size() > kShort) throw std::runtime_error("a test sends short frames only");
    std::string frame = {static_cast<char>(0x80U | opcode), static_cast<char>(0x80U | payload.size())};
    frame += kMask;
    for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
    http_.sendRaw(frame);
}

WebSocketClient::Frame WebSocketClient::receive() {
    const std::string head = http_.receiveBytes(2);
    const auto first = static_cast<std::uint8_t>(head[0]);
    const auto second = static_cast<std::uint8_t>(head[1]);
    if ((first & 0xF0U) != 0x80U || second > 127) throw std::runtime_error("a frame that no server sends");
    std::uint64_t length = second;
    if (second == 126) length = numberIn(http_.receiveBytes(2));
    if (second == 127) length = numberIn(http_.receiveBytes(8));
    return {first & 0x0FU, http_.receiveBytes(length)};
}

std::string WebSocketClient::receiveBinary(std::size_t count) {
    constexpr unsigned kBinary = 2;
    std::string bytes;
    while (bytes.size() < count) {
        const Frame frame = receive();
        if (frame.opcode != kBinary) throw std::runtime_error("a frame with opcode " + std::to_string(frame.opcode));
        bytes += frame.payload;
    }
    return bytes;
}

} // namespace hookcast::integration
