// The first byte says how the rest is split, and how much of it is answered; the rest is what a client of HTTP/2 sends
// behind the first part of its preface. Which requests are there at the end must not depend on where the bytes are
// split; and whatever is answered in between, there are never more streams than allowed, and no body is asked for in
// vain.
#include "http2/Frames.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace hookcast;

constexpr http2::Frames::Limits kLimits{8, 1024, 256};
constexpr std::size_t kBodyBytes = 100'000;

void check(bool condition) {
    if (!condition) std::abort();
}

class Body final : public http2::Frames::Body {
  public:
    Piece take(std::span<std::uint8_t> into) override {
        check(leftBytes_ > 0 && !into.empty());
        const std::size_t sizeBytes = std::min(leftBytes_, into.size());
        std::memset(into.data(), 'x', sizeBytes);
        leftBytes_ -= sizeBytes;
        return {sizeBytes, leftBytes_ == 0};
    }
    void onHead(std::size_t sizeBytes) override { check(sizeBytes > http2::Frames::kHeadBytes); }

  private:
    std::size_t leftBytes_ = kBodyBytes;
};

void begin(http2::Frames& frames) {
    check(frames.receive(base::asBytes(http::RequestHead::kHttp2Preface)).ok());
}

std::string told(const http2::Frames::Request& asked) {
    std::string story = std::to_string(asked.stream) + " " + std::to_string(asked.status) + " " +
                        asked.request.method() + " " + asked.request.head.uri();
    check(asked.stream > 0 && asked.status < 600 && asked.fault.empty() == (asked.status == 0));
    check(asked.status != 0 || asked.request.head.has("Host"));
    check(asked.request.head.size() <= http::RequestHead::kMostFields + 2);
    for (const auto& [name, value] : asked.request.head) story.append("|").append(name).append("=").append(value);
    return story + "\n";
}

/// All requests whose streams are not over, as text.
std::string read(base::ByteSpan bytes, std::size_t pieceBytes) {
    http2::Frames frames(kLimits);
    begin(frames);
    std::map<std::int32_t, std::string> stories;
    while (!bytes.empty()) {
        const base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        const bool isGood = frames.receive(piece).ok();
        for (const http2::Frames::Request& asked : frames.takeRequests()) stories[asked.stream] = told(asked);
        for (const http2::Frames::Ended& ended : frames.takeEnded()) stories.erase(ended.stream);
        if (!isGood) break;
    }
    std::string all;
    for (const auto& [stream, story] : stories) all += story;
    return all;
}

/// Answers as far as `most` lets it, and sends as much as there is.
void converse(base::ByteSpan bytes, std::size_t pieceBytes, std::size_t most) {
    std::map<std::int32_t, std::unique_ptr<Body>> bodies;
    http2::Frames frames(kLimits);
    begin(frames);
    std::array<std::uint8_t, 700> out{};
    while (!bytes.empty()) {
        const base::ByteSpan piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        const bool isGood = frames.receive(piece).ok();
        for (const http2::Frames::Request& asked : frames.takeRequests()) {
            if (bodies.size() >= most && most != 0) {
                frames.reset(asked.stream, NGHTTP2_CANCEL);
                continue;
            }
            auto& body = bodies[asked.stream];
            check(body == nullptr);
            body = std::make_unique<Body>();
            frames.answer(asked.stream, {}, {}, *body, asked.status == 0);
            frames.resume(asked.stream);
        }
        while (frames.produce(out) > 0) {
        }
        for (const http2::Frames::Ended& ended : frames.takeEnded()) bodies.erase(ended.stream);
        check(bodies.size() <= kLimits.streams);
        if (!isGood || frames.isOver()) break;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    const std::size_t pieceBytes = 1 + data[0] % 64U;
    check(read(bytes, std::max<std::size_t>(bytes.size(), 1)) == read(bytes, pieceBytes));
    converse(bytes, pieceBytes, data[0] / 64U);
    return 0;
}
