// The first byte says how the rest is split; the rest is what a WebSocket client sends. What comes out must not depend
// on it, nor on the messages that are passed over.
#include "http/WebSocketReader.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace hookcast;

constexpr std::size_t kMessageBytes = 1000;

void check(bool condition) {
    if (!condition) std::abort();
}

std::string read(base::ByteSpan bytes, std::size_t pieceBytes) {
    http::WebSocketReader reader(kMessageBytes);
    std::string story;
    while (!bytes.empty()) {
        base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        for (;;) {
            const auto next = reader.next(piece);
            if (!next) {
                check(reader.closeCode() != http::WebSocketCloseCode::Normal);
                return story + "!" + next.error().message;
            }
            if (!next.value()) break;
            check(next.value()->payload.size() <= http::kWebSocketControlBytes);
            story += next.value()->kind == http::WebSocketReader::Event::Kind::Ping ? "ping " : "close ";
            story += base::asText(next.value()->payload);
        }
        check(piece.empty());
    }
    return story;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    check(read(bytes, std::max<std::size_t>(bytes.size(), 1)) == read(bytes, 1 + data[0] % 16U));
    return 0;
}
