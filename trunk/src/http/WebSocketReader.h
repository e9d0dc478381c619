#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "http/WebSocket.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::http {

/// Reads what a WebSocket client sends (RFC 6455, 5), split anywhere. Pure. A player has nothing to say: text and
/// binary messages are passed over, and only pings and closes come out.
class WebSocketReader {
  public:
    struct Event {
        enum class Kind : std::uint8_t { Ping, Close };

        Kind kind;
        base::Bytes payload; ///< at most kWebSocketControlBytes
    };

    /// `messageBytes` bounds one message, all its fragments together.
    explicit WebSocketReader(std::size_t messageBytes) : messageLimitBytes_(messageBytes) {}

    /// Takes bytes from the front of `input` up to the end of the next ping or close and gives it; else takes all and
    /// gives nothing. An error is for good; closeCode() says what to close with.
    base::Result<std::optional<Event>> next(base::ByteSpan& input);

    /// After an error.
    WebSocketCloseCode closeCode() const { return closeCode_; }

  private:
    static constexpr std::size_t kMaskBytes = 4;

    bool takeHeader(base::ByteSpan& input);
    base::Result<void> readHeader();
    base::Result<void> checkSequence(bool isFinal);
    std::size_t headerBytes() const;
    void takePayload(base::ByteSpan& input);
    bool isControl() const { return (opcode_ & 0x08U) != 0; }
    std::optional<Event> event();
    base::Error fail(WebSocketCloseCode code, const char* message);

    // given
    std::size_t messageLimitBytes_;
    // state
    std::array<std::uint8_t, kWebSocketHeaderBytes + kMaskBytes> header_{};
    std::size_t headerRead_ = 0;
    bool inPayload_ = false;
    std::uint8_t opcode_ = 0;
    std::uint64_t payloadLeft_ = 0;
    std::uint64_t messageBytes_ = 0; ///< of the message whose fragments come
    bool inMessage_ = false;         ///< a message has begun and has not ended
    base::Bytes control_;            ///< the payload of a control frame, unmasked
    WebSocketCloseCode closeCode_ = WebSocketCloseCode::Normal;
};

} // namespace hookcast::http
