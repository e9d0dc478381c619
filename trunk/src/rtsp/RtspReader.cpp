#include "rtsp/RtspReader.h"

#include "rtsp/RtspStatus.h"

#include "rtp/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr std::uint8_t kDollar = '$';
constexpr std::size_t kFrameHeaderBytes = 4;

bool isLetter(std::uint8_t byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

bool isLineEnd(std::uint8_t byte) {
    return byte == '\r' || byte == '\n';
}

void appendTo(base::Bytes& out, base::ByteSpan bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Moves bytes from the front of `input` to `out` until it has `sizeBytes`; returns whether it has.
bool fillTo(base::Bytes& out, std::size_t sizeBytes, base::ByteSpan& input) {
    if (out.size() < sizeBytes) {
        const std::size_t taken = std::min(sizeBytes - out.size(), input.size());
        appendTo(out, input.first(taken));
        input = input.subspan(taken);
    }
    return out.size() >= sizeBytes;
}

std::size_t frameSizeBytes(base::ByteSpan header) {
    return kFrameHeaderBytes + (std::size_t{header[2]} << 8U | header[3]);
}

InterleavedFrame frameOf(base::ByteSpan bytes) {
    return {bytes[1], bytes.subspan(kFrameHeaderBytes)};
}

} // namespace

base::Result<std::optional<RtspItem>> RtspReader::next(base::ByteSpan& input) {
    if (frameHandedOut_) {
        pending_.clear();
        frameHandedOut_ = false;
    }
    if (state_ == State::Idle) {
        while (!input.empty() && isLineEnd(input.front())) input = input.subspan(1);
        if (input.empty()) return std::optional<RtspItem>();
        if (input.front() == kDollar) {
            state_ = State::Frame;
        } else if (isLetter(input.front())) {
            state_ = State::Header;
            lineHasContent_ = false;
        } else {
            return fail(kBadRequest, fmt::format("byte 0x{:02X} begins no message", input.front()));
        }
    }
    switch (state_) {
    case State::Frame: return readFrame(input);
    case State::Body: return readBody(input);
    default: return readHeader(input);
    }
}

/// A frame that is whole in the input is not copied.
std::optional<RtspItem> RtspReader::readFrame(base::ByteSpan& input) {
    if (pending_.empty() && input.size() >= kFrameHeaderBytes && input.size() >= frameSizeBytes(input)) {
        const base::ByteSpan frame = input.first(frameSizeBytes(input));
        input = input.subspan(frame.size());
        state_ = State::Idle;
        return frameOf(frame);
    }
    if (!fillTo(pending_, kFrameHeaderBytes, input)) return std::nullopt;
    if (!fillTo(pending_, frameSizeBytes(pending_), input)) return std::nullopt;
    state_ = State::Idle;
    frameHandedOut_ = true;
    return frameOf(pending_);
}

/// Up to and including the first empty line.
base::Result<std::optional<RtspItem>> RtspReader::readHeader(base::ByteSpan& input) {
    while (!input.empty()) {
        const auto lineEnd = std::ranges::find(input, std::uint8_t{'\n'});
        const bool isWhole = lineEnd != input.end();
        const base::ByteSpan line = input.first(static_cast<std::size_t>(lineEnd - input.begin()) + (isWhole ? 1 : 0));
        if (line.size() > limits_.headerBytes - pending_.size()) {
            return fail(kTooLarge, fmt::format("a header of more than {} bytes", limits_.headerBytes));
        }
        appendTo(pending_, line);
        input = input.subspan(line.size());
        lineHasContent_ = lineHasContent_ || !std::ranges::all_of(line, isLineEnd);
        if (!isWhole) break;
        if (std::exchange(lineHasContent_, false)) continue;

        if (auto parsed = parseHeader(); !parsed.ok()) return parsed.error();
        pending_.clear();
        state_ = State::Body;
        return readBody(input);
    }
    return std::optional<RtspItem>();
}

std::optional<RtspItem> RtspReader::readBody(base::ByteSpan& input) {
    if (!fillTo(body(), contentLength_, input)) return std::nullopt;
    state_ = State::Idle;
    return std::exchange(message_, RtspRequest());
}

base::Result<void> RtspReader::parseHeader() {
    std::string_view text = base::asText(pending_);
    bool isFirst = true;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end + 1));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        if (rtp::hasControls(line)) return fail(kBadRequest, "a control character in a header");
        auto parsed = isFirst ? parseFirstLine(line) : parseField(line, headers());
        if (!parsed.ok()) return parsed;
        isFirst = false;
    }
    return readContentLength();
}

base::Result<void> RtspReader::parseFirstLine(std::string_view line) {
    const std::string_view whole = line;
    std::string_view first = rtp::takeUntil(line, ' ');
    std::string_view second = rtp::takeUntil(line, ' ');
    const bool isResponse = first.starts_with("RTSP/");
    const std::string_view version = isResponse ? first : rtp::trimmed(line);
    constexpr std::size_t kVersionBytes = 8; // RTSP/1.0
    if (!version.starts_with("RTSP/") || version.size() != kVersionBytes || first.empty() || second.empty()) {
        return fail(kBadRequest, fmt::format("a message begins with \"{}\"", whole.substr(0, 80)));
    }
    if (!version.starts_with("RTSP/1."))
        return fail(kVersionNotSupported, fmt::format("version \"{}\"", version.substr(0, 80)));
    if (!isResponse) {
        message_ = RtspRequest{std::string(first), std::string(second), {}, {}};
        return {};
    }
    const auto status = rtp::parseNumber<int>(second);
    if (!status || *status < 100 || *status > 999)
        return fail(kBadRequest, fmt::format("status \"{}\"", second.substr(0, 80)));
    message_ = RtspResponse{*status, std::string(rtp::trimmed(line)), {}, {}};
    return {};
}

base::Result<void> RtspReader::parseField(std::string_view line, RtspHeaders& headers) {
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (continues && !headers.fields().empty()) {
        headers.continueLast(rtp::trimmed(line));
        return {};
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = rtp::trimmed(line.substr(0, colon));
    if (colon == std::string_view::npos || name.empty() || name.find_first_of(" \t") != std::string_view::npos) {
        return fail(kBadRequest, fmt::format("a header line without a name: \"{}\"", line.substr(0, 80)));
    }
    headers.add(std::string(name), std::string(rtp::trimmed(line.substr(colon + 1))));
    return {};
}

base::Result<void> RtspReader::readContentLength() {
    contentLength_ = 0;
    const std::string* first = headers().find("Content-Length");
    if (first == nullptr) return {};
    for (const auto& [name, value] : headers().fields()) {
        if (rtp::equalsIgnoringCase(name, "Content-Length") && value != *first) {
            return fail(kBadRequest, "two different Content-Length headers");
        }
    }
    if (first->empty() || first->find_first_not_of("0123456789") != std::string::npos) {
        return fail(kBadRequest, fmt::format("Content-Length \"{}\"", first->substr(0, 80)));
    }
    // Digits that are no number are one beyond all bounds.
    const auto length = rtp::parseNumber<std::uint64_t>(*first);
    if (!length || *length > limits_.bodyBytes) {
        return fail(kTooLarge,
                    fmt::format("a body of {} bytes; the limit is {}", first->substr(0, 80), limits_.bodyBytes));
    }
    contentLength_ = static_cast<std::size_t>(*length);
    return {};
}

base::Error RtspReader::fail(int status, std::string message) {
    errorStatus_ = status;
    return {std::move(message)};
}

RtspHeaders& RtspReader::headers() {
    if (auto* request = std::get_if<RtspRequest>(&message_)) return request->headers;
    return std::get<RtspResponse>(message_).headers;
}

base::Bytes& RtspReader::body() {
    if (auto* request = std::get_if<RtspRequest>(&message_)) return request->body;
    return std::get<RtspResponse>(message_).body;
}

} // namespace hookcast::rtsp
