#pragma once

#include "rtmp/ChunkReader.h"
#include "unit/rtmp/TestBytes.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

namespace hookcast::rtmp {

inline bool operator==(const Message& left, const Message& right) {
    return left.timestampMs == right.timestampMs && left.type == right.type &&
           left.messageStreamId == right.messageStreamId && left.chunkStreamId == right.chunkStreamId &&
           left.payload == right.payload;
}

inline std::ostream& operator<<(std::ostream& out, const Message& message) {
    return out << "{csid " << message.chunkStreamId << ", type " << static_cast<unsigned>(message.type) << ", stream "
               << message.messageStreamId << ", " << message.timestampMs << " ms, " << message.payload.size()
               << " bytes}";
}

namespace test {

constexpr ChunkReader::Limits kWideLimits{16 * 1024 * 1024, 32 * 1024 * 1024, 64};

struct ReadOutcome {
    std::vector<Message> messages;
    std::string error; ///< empty when none
};

/// Feeds `bytes` in pieces of `pieceBytes` until they are used up or there is an error.
inline ReadOutcome readPieces(ChunkReader& reader, base::ByteSpan bytes, std::size_t pieceBytes) {
    ReadOutcome outcome;
    while (!bytes.empty()) {
        base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        while (true) {
            auto result = reader.next(piece);
            if (!result.ok()) {
                outcome.error = result.error().message;
                return outcome;
            }
            if (!result.value().has_value()) break;
            outcome.messages.push_back(std::move(*result.value()));
        }
    }
    return outcome;
}

inline ReadOutcome readAll(ChunkReader& reader, base::ByteSpan bytes) {
    return readPieces(reader, bytes, std::max<std::size_t>(bytes.size(), 1));
}

inline ReadOutcome readAll(base::ByteSpan bytes) {
    ChunkReader reader(kWideLimits);
    return readAll(reader, bytes);
}

} // namespace test
} // namespace hookcast::rtmp
