#pragma once

#include "base/Bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::load {

/// Cuts the headers out of the frames that a WebSocket server sends (RFC 6455, 5.2), and the control frames with them.
/// Pure.
class WebSocketPayload {
  public:
    /// The next piece of the messages' bytes, taken with what stands before it from the front of `input`; empty when
    /// `input` is used up.
    base::ByteSpan next(base::ByteSpan& input);

  private:
    std::size_t headerBytes() const;
    void readHeader();

    std::array<std::uint8_t, 10> header_{};
    std::size_t headerRead_ = 0;
    std::uint64_t payloadLeft_ = 0;
    bool isControl_ = false;
};

} // namespace hookcast::load
