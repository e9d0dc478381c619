// The first byte says how the rest, a chunk stream, is split. However it is split, the same must come out.
#include "rtmp/ChunkReader.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace {

using namespace hookcast;

constexpr rtmp::ChunkReader::Limits kLimits{64 * 1024, 96 * 1024, 8};

struct Outcome {
    std::vector<rtmp::Message> messages;
    std::string error;
    std::uint32_t chunkSizeBytes = 0;
};

bool same(const rtmp::Message& left, const rtmp::Message& right) {
    return left.timestampMs == right.timestampMs && left.type == right.type &&
           left.messageStreamId == right.messageStreamId && left.chunkStreamId == right.chunkStreamId &&
           left.payload == right.payload;
}

void check(bool condition) {
    if (!condition) std::abort();
}

template <typename PieceBytes>
Outcome readPieces(base::ByteSpan bytes, PieceBytes nextPieceBytes) {
    Outcome outcome;
    rtmp::ChunkReader reader(kLimits);
    while (!bytes.empty() && outcome.error.empty()) {
        base::ByteSpan piece = bytes.first(std::min<std::size_t>(nextPieceBytes(), bytes.size()));
        bytes = bytes.subspan(piece.size());
        while (true) {
            auto result = reader.next(piece);
            if (!result.ok()) {
                outcome.error = result.error().message;
                break;
            }
            if (!result.value().has_value()) break;
            check(result.value()->payload.size() <= kLimits.messageBytes);
            outcome.messages.push_back(std::move(*result.value()));
        }
        check(!outcome.error.empty() || piece.empty());
    }
    outcome.chunkSizeBytes = reader.chunkSizeBytes();
    check(outcome.chunkSizeBytes >= 1 && outcome.chunkSizeBytes <= 16 * 1024 * 1024);
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    const Outcome whole = readPieces(bytes, [size] { return size; });
    const Outcome single = readPieces(bytes, [] { return 1; });
    std::uint32_t random = data[0];
    const Outcome mixed = readPieces(bytes, [&random] {
        random = random * 1664525U + 1013904223U;
        return 1 + (random >> 24U) % 23;
    });
    for (const Outcome* split : {&single, &mixed}) {
        check(split->error == whole.error);
        check(split->chunkSizeBytes == whole.chunkSizeBytes);
        check(std::ranges::equal(split->messages, whole.messages, same));
    }
    return 0;
}
