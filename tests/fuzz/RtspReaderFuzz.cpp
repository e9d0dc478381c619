// The first byte says how the rest, what a client sends, is split. However it is split, the same must come out.
#include "rtsp/RtspReader.h"

#include <algorithm>
#include <cstdlib>
#include <variant>

namespace {

using namespace hookcast;

constexpr rtsp::RtspReader::Limits kLimits{1024, 2048};

struct Frame {
    std::uint8_t channel;
    base::Bytes payload;

    bool operator==(const Frame&) const = default;
};

struct Outcome {
    std::vector<std::variant<rtsp::RtspRequest, rtsp::RtspResponse, Frame>> items;
    std::string error;
    int errorStatus = 0;

    bool operator==(const Outcome&) const = default;
};

void check(bool condition) {
    if (!condition) std::abort();
}

void keep(rtsp::RtspItem item, Outcome& outcome) {
    if (auto* request = std::get_if<rtsp::RtspRequest>(&item)) {
        check(request->body.size() <= kLimits.bodyBytes);
        outcome.items.emplace_back(std::move(*request));
    } else if (auto* response = std::get_if<rtsp::RtspResponse>(&item)) {
        check(response->body.size() <= kLimits.bodyBytes);
        outcome.items.emplace_back(std::move(*response));
    } else {
        const auto& frame = std::get<rtsp::InterleavedFrame>(item);
        outcome.items.emplace_back(Frame{frame.channel, {frame.payload.begin(), frame.payload.end()}});
    }
}

template <typename PieceBytes>
Outcome readPieces(base::ByteSpan bytes, PieceBytes nextPieceBytes) {
    Outcome outcome;
    rtsp::RtspReader reader(kLimits);
    while (!bytes.empty()) {
        // A copy of its own, so that a look behind the piece is caught.
        const base::ByteSpan taken = bytes.first(std::min<std::size_t>(nextPieceBytes(), bytes.size()));
        const base::Bytes copy(taken.begin(), taken.end());
        base::ByteSpan piece(copy);
        bytes = bytes.subspan(piece.size());
        while (true) {
            auto result = reader.next(piece);
            if (!result.ok()) {
                outcome.error = result.error().message;
                outcome.errorStatus = reader.errorStatus();
                check(outcome.error.size() < 200);
                return outcome;
            }
            if (!result.value()) break;
            keep(std::move(*result.value()), outcome);
        }
        check(piece.empty());
    }
    return outcome;
}

/// What was read is written and read again: the same, but for the Content-Length that is written.
void checkWritten(const rtsp::RtspRequest& request) {
    rtsp::RtspRequest stripped{request.method, request.url, {}, request.body};
    const base::Bytes bytes = rtsp::serialize(stripped);
    rtsp::RtspReader reader(kLimits);
    base::ByteSpan input(bytes);
    auto again = reader.next(input);
    check(again.ok() && again.value().has_value());
    const auto* read = std::get_if<rtsp::RtspRequest>(&*again.value());
    check(read != nullptr && read->method == request.method && read->url == request.url && read->body == request.body);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    const Outcome whole = readPieces(bytes, [size] { return size; });
    check(readPieces(bytes, [] { return 1; }) == whole);
    std::uint32_t random = data[0];
    check(readPieces(bytes, [&random] {
              random = random * 1664525U + 1013904223U;
              return 1 + (random >> 24U) % 37;
          }) == whole);
    for (const auto& item : whole.items) {
        if (const auto* request = std::get_if<rtsp::RtspRequest>(&item)) checkWritten(*request);
    }
    return 0;
}
