// What a hostile server says to a node that pulls from it. The first byte says how far the dialogue has come before,
// and into which pieces the rest is cut. Whatever comes, what is answered is bounded by it.
#include "rtmp/Amf.h"
#include "rtmp/Handshake.h"
#include "rtmp/PullDialogue.h"
#include "rtmp/Replies.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

struct Heard {
    std::size_t messages = 0;
    std::size_t mediaBytes = 0;
    std::size_t answeredBytes = 0;
    bool failed = false;
};

Heard hear(rtmp::PullDialogue& dialogue, base::ByteSpan bytes, std::size_t pieceBytes) {
    Heard heard;
    while (!bytes.empty() && !heard.failed) {
        base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        for (;;) {
            base::Bytes output;
            const auto next = dialogue.next(piece, output);
            heard.answeredBytes += output.size();
            heard.failed = !next.ok();
            if (!next || !next.value()) break;
            check(dialogue.isPlaying());
            ++heard.messages;
            heard.mediaBytes += next.value()->payload.size();
        }
    }
    return heard;
}

/// Through the handshake, and as many steps as `stage` says.
bool prepare(rtmp::PullDialogue& dialogue, unsigned stage) {
    const base::Bytes first = dialogue.start();
    if (stage == 0) return !first.empty();
    rtmp::ServerHandshake server;
    base::ByteSpan toServer(first);
    base::Bytes answer;
    if (!server.next(toServer, answer)) return false;
    rtmp::Replies replies(rtmp::kDefaultChunkSizeBytes);
    if (stage > 1) replies.connectResult({});
    if (stage > 2) replies.result(2, rtmp::Amf::number(1));
    if (stage > 3) replies.playStart();
    answer.insert(answer.end(), replies.bytes().begin(), replies.bytes().end());
    check(!hear(dialogue, answer, answer.size()).failed);
    check(dialogue.isPlaying() == (stage > 3));
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    const unsigned stage = data[0] % 5U;
    const std::size_t pieceBytes = 1 + data[0] / 5U * 7;
    const rtmp::PullDialogue::Request request{"h:1935", "live", "cam", "1.a.b"};
    config::LimitsConfig limits;
    rtmp::PullDialogue whole(request, limits);
    rtmp::PullDialogue split(request, limits);
    if (!prepare(whole, stage) || !prepare(split, stage)) return 0;
    const Heard one = hear(whole, bytes, std::max<std::size_t>(bytes.size(), 1));
    const Heard other = hear(split, bytes, pieceBytes);
    check(one.messages == other.messages && one.mediaBytes == other.mediaBytes && one.failed == other.failed);
    check(one.mediaBytes <= bytes.size());
    // Two commands, or pongs and acknowledgements of a few bytes each.
    check(one.answeredBytes <= 2048 + 16 * bytes.size());
    return 0;
}
