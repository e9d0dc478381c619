#include "WebSocketPayload.h"

#include "base/ByteReader.h"

#include <algorithm>

namespace hookcast::load {

namespace {

constexpr std::uint8_t kLengthIn16Bits = 126;
constexpr std::uint8_t kLengthIn64Bits = 127;

} // namespace

base::ByteSpan WebSocketPayload::next(base::ByteSpan& input) {
    while (!input.empty()) {
        if (payloadLeft_ > 0) {
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(payloadLeft_, input.size()));
            const base::ByteSpan piece = input.first(size);
            input = input.subspan(size);
            payloadLeft_ -= size;
            if (!isControl_) return piece;
            continue;
        }
        header_[headerRead_++] = input.front();
        input = input.subspan(1);
        if (headerRead_ == headerBytes()) readHeader();
    }
    return {};
}

std::size_t WebSocketPayload::headerBytes() const {
    if (headerRead_ < 2) return 2;
    const std::uint8_t length = header_[1];
    return length == kLengthIn16Bits ? 4 : length == kLengthIn64Bits ? 10 : 2;
}

void WebSocketPayload::readHeader() {
    base::ByteReader reader({header_.data(), headerRead_});
    isControl_ = (reader.u8() & 0x08U) != 0;
    payloadLeft_ = reader.u8();
    if (payloadLeft_ == kLengthIn16Bits) payloadLeft_ = reader.u16();
    if (payloadLeft_ == kLengthIn64Bits) payloadLeft_ = reader.u64();
    headerRead_ = 0;
}

} // namespace hookcast::load
