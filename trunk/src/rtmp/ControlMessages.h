#pragma once

#include "base/Bytes.h"

#include <cstdint>

namespace hookcast::rtmp {

/// Event types of User Control messages (RTMP 1.0, section 7.1.7).
enum class UserControlEvent : std::uint16_t {
    StreamBegin = 0,
    StreamEof = 1,
    StreamDry = 2,
    SetBufferLength = 3,
    StreamIsRecorded = 4,
    PingRequest = 6,
    PingResponse = 7,
};

/// Limit types of Set Peer Bandwidth (section 5.4.5).
enum class BandwidthLimit : std::uint8_t { Hard = 0, Soft = 1, Dynamic = 2 };

/// What a connection assumes until it is told another (section 5.4.1).
inline constexpr std::uint32_t kDefaultChunkSizeBytes = 128;

// Each appends one whole message on chunk stream 2 and message stream 0, with timestamp 0 (section 5.4).
// `chunkSizeBytes` is the chunk size in force towards the peer; it matters only when it is below the payload's size.

void appendSetChunkSize(base::Bytes& out, std::uint32_t sizeBytes,
                        std::uint32_t chunkSizeBytes = kDefaultChunkSizeBytes);
void appendAcknowledgement(base::Bytes& out, std::uint32_t sequenceNumber,
                           std::uint32_t chunkSizeBytes = kDefaultChunkSizeBytes);
void appendWindowAckSize(base::Bytes& out, std::uint32_t sizeBytes,
                         std::uint32_t chunkSizeBytes = kDefaultChunkSizeBytes);
void appendSetPeerBandwidth(base::Bytes& out, std::uint32_t sizeBytes, BandwidthLimit type,
                            std::uint32_t chunkSizeBytes = kDefaultChunkSizeBytes);
/// For the events with one 32-bit value: a message stream id, or the time of a ping.
void appendUserControl(base::Bytes& out, UserControlEvent event, std::uint32_t value,
                       std::uint32_t chunkSizeBytes = kDefaultChunkSizeBytes);

} // namespace hookcast::rtmp
