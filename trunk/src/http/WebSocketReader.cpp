#include "http/WebSocketReader.h"

#include "base/ByteReader.h"

#include <algorithm>
#include <utility>

namespace hookcast::http {

namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLengthIn16Bits = 126;
constexpr std::uint8_t kLengthIn64Bits = 127;

std::uint8_t codeOf(WebSocketOpcode opcode) {
    return static_cast<std::uint8_t>(opcode);
}

bool isKnown(std::uint8_t opcode) {
    return opcode <= codeOf(WebSocketOpcode::Binary) ||
           (opcode >= codeOf(WebSocketOpcode::Close) && opcode <= codeOf(WebSocketOpcode::Pong));
}

} // namespace

base::Result<std::optional<WebSocketReader::Event>> WebSocketReader::next(base::ByteSpan& input) {
    for (;;) {
        if (!inPayload_) {
            if (!takeHeader(input)) return std::optional<Event>();
            const base::Result<void> read = readHeader();
            if (!read) return read.error();
            inPayload_ = true;
        }
        takePayload(input);
        if (payloadLeft_ > 0) return std::optional<Event>();
        inPayload_ = false;
        headerRead_ = 0;
        if (!isControl()) continue;
        // A close without a reason is empty, with one it begins with a code of two bytes.
        if (opcode_ == codeOf(WebSocketOpcode::Close) && control_.size() == 1)
            return fail(WebSocketCloseCode::ProtocolError, "a broken close frame");
        if (std::optional<Event> found = event()) return found;
    }
}

bool WebSocketReader::takeHeader(base::ByteSpan& input) {
    while (headerRead_ < headerBytes()) {
        if (input.empty()) return false;
        header_[headerRead_++] = input.front();
        input = input.subspan(1);
    }
    return true;
}

std::size_t WebSocketReader::headerBytes() const {
    constexpr std::size_t kFixedBytes = 2;
    if (headerRead_ < kFixedBytes) return kFixedBytes;
    std::size_t size = kFixedBytes;
    const auto length = static_cast<std::uint8_t>(header_[1] & ~kMasked);
    if (length == kLengthIn16Bits) size += 2;
    if (length == kLengthIn64Bits) size += 8;
    if ((header_[1] & kMasked) != 0) size += kMaskBytes;
    return size;
}

base::Result<void> WebSocketReader::readHeader() {
    base::ByteReader reader({header_.data(), headerRead_});
    const std::uint8_t first = reader.u8();
    const std::uint8_t second = reader.u8();
    opcode_ = first & 0x0FU;
    payloadLeft_ = second & ~kMasked;
    if (payloadLeft_ == kLengthIn16Bits)
        payloadLeft_ = reader.u16();
    else if (payloadLeft_ == kLengthIn64Bits)
        payloadLeft_ = reader.u64();
    if ((first & kReserved) != 0 || !isKnown(opcode_))
        return fail(WebSocketCloseCode::ProtocolError, "a frame of an unknown kind");
    if ((second & kMasked) == 0) return fail(WebSocketCloseCode::ProtocolError, "a frame without mask");
    control_.clear();
    return checkSequence((first & kFinal) != 0);
}

base::Result<void> WebSocketReader::checkSequence(bool isFinal) {
    if (isControl()) {
        if (!isFinal || payloadLeft_ > kWebSocketControlBytes)
            return fail(WebSocketCloseCode::ProtocolError, "a control frame that is too long or in fragments");
        return {};
    }
    if ((opcode_ == codeOf(WebSocketOpcode::Continuation)) != inMessage_)
        return fail(WebSocketCloseCode::ProtocolError, "a fragment out of place");
    if (!inMessage_) messageBytes_ = 0;
    inMessage_ = !isFinal;
    if (payloadLeft_ > messageLimitBytes_ - messageBytes_)
        return fail(WebSocketCloseCode::MessageTooBig, "a message longer than websocket_message");
    messageBytes_ += payloadLeft_;
    return {};
}

void WebSocketReader::takePayload(base::ByteSpan& input) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(payloadLeft_, input.size()));
    if (isControl()) {
        const std::uint8_t* mask = header_.data() + headerRead_ - kMaskBytes;
        for (const std::uint8_t byte : input.first(size))
            control_.push_back(static_cast<std::uint8_t>(byte ^ mask[control_.size() % kMaskBytes]));
    }
    payloadLeft_ -= size;
    input = input.subspan(size);
}

std::optional<WebSocketReader::Event> WebSocketReader::event() {
    switch (static_cast<WebSocketOpcode>(opcode_)) {
    case WebSocketOpcode::Ping: return Event{Event::Kind::Ping, std::exchange(control_, {})};
    case WebSocketOpcode::Close: return Event{Event::Kind::Close, std::exchange(control_, {})};
    default: return std::nullopt;
    }
}

base::Error WebSocketReader::fail(WebSocketCloseCode code, const char* message) {
    closeCode_ = code;
    return base::Error{message};
}

} // namespace hookcast::http
