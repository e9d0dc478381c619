#pragma once

#include "base/Bytes.h"

#include <cstdint>

namespace hookcast::rtmp {

/// Message type ids of the RTMP 1.0 specification, sections 5.4 and 7.1.
enum class MessageType : std::uint8_t {
    SetChunkSize = 1,
    Abort = 2,
    Acknowledgement = 3,
    UserControl = 4,
    WindowAckSize = 5,
    SetPeerBandwidth = 6,
    Audio = 8,
    Video = 9,
    DataAmf3 = 15,
    SharedObjectAmf3 = 16,
    CommandAmf3 = 17,
    DataAmf0 = 18,
    SharedObjectAmf0 = 19,
    CommandAmf0 = 20,
    Aggregate = 22,
};

/// One whole RTMP message, put together from its chunks.
struct Message {
    std::uint32_t timestampMs = 0;               ///< absolute, wraps at 2^32
    MessageType type = MessageType::CommandAmf0; ///< may hold a value that has no name above
    std::uint32_t messageStreamId = 0;
    std::uint32_t chunkStreamId = 0;
    base::Bytes payload;
};

} // namespace hookcast::rtmp
