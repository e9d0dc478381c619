// The first byte says how the rest is split and used: as what a client sends, or as changes to what a server answers.
#include "rtmp/Handshake.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace hookcast;
using rtmp::kHandshakeBytes;

void check(bool condition) {
    if (!condition) std::abort();
}

struct Outcome {
    bool done = false;
    bool failed = false;
    std::size_t consumedBytes = 0;
    std::size_t outputBytes = 0;
};

Outcome serve(base::ByteSpan bytes, std::size_t pieceBytes) {
    Outcome outcome;
    rtmp::ServerHandshake server;
    base::Bytes output;
    while (!bytes.empty() && !outcome.done && !outcome.failed) {
        base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        const std::size_t offeredBytes = piece.size();
        const auto result = server.next(piece, output);
        outcome.failed = !result.ok();
        outcome.done = result.ok() && result.value();
        if (outcome.failed) break;
        check(outcome.done || piece.empty());
        outcome.consumedBytes += offeredBytes - piece.size();
        bytes = bytes.subspan(offeredBytes - piece.size());
    }
    outcome.outputBytes = output.size();
    return outcome;
}

void fuzzServer(base::ByteSpan bytes, std::size_t pieceBytes) {
    const Outcome whole = serve(bytes, std::max<std::size_t>(bytes.size(), 1));
    const Outcome split = serve(bytes, pieceBytes);
    check(whole.done == split.done && whole.failed == split.failed);
    check(whole.consumedBytes == split.consumedBytes && whole.outputBytes == split.outputBytes);
    check(whole.done == (!whole.failed && bytes.size() >= 1 + 2 * kHandshakeBytes));
    check(!whole.done || whole.consumedBytes == 1 + 2 * kHandshakeBytes);
    check(whole.outputBytes == (whole.consumedBytes > kHandshakeBytes ? 1 + 2 * kHandshakeBytes : 0));
}

/// The server's answer, with `changes` laid over its end: none must be accepted.
void fuzzClient(base::ByteSpan changes, rtmp::ClientHandshake::Kind kind) {
    rtmp::ClientHandshake client(kind);
    const base::Bytes c0c1 = client.start();
    rtmp::ServerHandshake server;
    base::ByteSpan toServer(c0c1);
    base::Bytes answer;
    check(server.next(toServer, answer).ok());

    const base::Bytes original = answer;
    const std::size_t changedBytes = std::min(changes.size(), answer.size());
    for (std::size_t i = 0; i < changedBytes; ++i) answer[answer.size() - 1 - i] ^= changes[i];
    base::ByteSpan input(answer);
    base::Bytes c2;
    const auto result = client.next(input, c2);
    check(answer != original || result.ok());
    const auto random = [](const base::Bytes& bytes) { return base::ByteSpan(bytes).subspan(9 + kHandshakeBytes); };
    if (!std::ranges::equal(random(answer), random(original))) check(!result.ok());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    using Kind = rtmp::ClientHandshake::Kind;
    switch (data[0] % 4) {
    case 0: fuzzClient(bytes, Kind::Simple); break;
    case 1: fuzzClient(bytes, Kind::Digest); break;
    case 2: fuzzClient(bytes, Kind::DigestKeyFirst); break;
    default: fuzzServer(bytes, 1 + data[0] / 4U * 29); break;
    }
    return 0;
}
