// The first byte says how the rest is split; the rest is what a client sends. What comes out must not depend on it, and
// a path that a target yields must not lead out of its root.
#include "http/HttpReader.h"
#include "http/RequestTarget.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace hookcast;

constexpr http::HttpReader::Limits kLimits{2048, 256};

void check(bool condition) {
    if (!condition) std::abort();
}

void checkTarget(const http::HttpRequest& request) {
    const auto target = http::readTarget(request.head.uri(), request.field("Host"));
    if (!target) return;
    const std::string& path = target.value().path;
    check(path.starts_with('/') && (path + "/").find("/../") == std::string::npos);
    check(path.find('\0') == std::string::npos);
    check(request.head.uri().ends_with(target.value().query));
    check(target.value().url.ends_with(target.value().query));
}

/// All requests and the error, as text.
std::string read(base::ByteSpan bytes, std::size_t pieceBytes) {
    http::HttpReader reader(kLimits);
    std::string story;
    while (!bytes.empty()) {
        base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        for (;;) {
            const auto next = reader.next(piece);
            if (!next) {
                check(reader.errorStatus() >= 400 && reader.errorStatus() <= 505);
                return story + "!" + std::to_string(reader.errorStatus()) + next.error().message;
            }
            if (!next.value()) break;
            const http::HttpRequest& request = *next.value();
            checkTarget(request);
            story += request.method() + " " + request.head.uri() + " " + request.field("Host") + "|" +
                     (request.wantsKeepAlive() ? "+" : "-");
        }
        check(piece.empty());
    }
    return story;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    check(read(bytes, std::max<std::size_t>(bytes.size(), 1)) == read(bytes, 1 + data[0] % 64U));
    return 0;
}
