#include "http/HttpReader.h"

#include "http/HttpStatus.h"
#include "http/HttpToken.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace hookcast::http {

namespace {

constexpr std::string_view kBlanks = " \t";

constexpr const char* kTransferEncoding = "Transfer-Encoding";
constexpr const char* kContentLength = "Content-Length";

bool isControl(char c) {
    return (c >= 0 && c < ' ') || c == 0x7F;
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Up to the next line's end, which is cut from `text` with the line.
std::string_view takeLine(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// How often a field stands in the header, and whether always with the same value.
struct Occurrences {
    std::size_t count = 0;
    bool areEqual = true;
};

Occurrences occurrencesOf(const RequestHead& head, std::string_view name) {
    Occurrences found;
    const std::string* first = nullptr;
    for (const auto& [itsName, value] : head) {
        if (!sameWord(itsName, name)) continue;
        ++found.count;
        if (first == nullptr) first = &value;
        found.areEqual = found.areEqual && value == *first;
    }
    return found;
}

} // namespace

base::Result<std::optional<HttpRequest>> HttpReader::next(base::ByteSpan& input) {
    skipBody(input);
    const base::Result<bool> complete = takeHeader(input);
    if (!complete) return complete.error();
    if (!complete.value()) return std::optional<HttpRequest>();
    const base::Result<void> parsed = parseHeader();
    if (!parsed) return parsed.error();
    stage_ = bodyBytes_ > 0 ? Stage::Body : Stage::NextRequest;
    return std::optional(std::exchange(request_, {}));
}

base::Result<bool> HttpReader::takeHeader(base::ByteSpan& input) {
    while (!input.empty()) {
        if (stage_ == Stage::Header && !sawCr_) {
            const base::Result<void> taken = takeRun(input);
            if (!taken) return taken.error();
            if (input.empty()) return false;
        } else if (stage_ == Stage::NextRequest) {
            header_.reserve(std::min(input.size(), limits_.headerBytes));
        }
        const char byte = static_cast<char>(input.front());
        input = input.subspan(1);
        const base::Result<void> checked = checkByte(byte);
        if (!checked) return checked.error();
        // Empty lines before a request are allowed (RFC 9112, 2.2).
        if (stage_ == Stage::NextRequest && (byte == '\r' || byte == '\n')) continue;
        stage_ = Stage::Header;
        header_.push_back(byte);
        if (header_.size() > limits_.headerBytes) return failAtLimit();
        if (byte == '\n') {
            sawRequestLine_ = true;
            if (std::exchange(lineIsEmpty_, true)) return true;
        } else if (byte != '\r') {
            lineIsEmpty_ = false;
        }
    }
    return false;
}

/// Up to the next byte that has to be looked at by itself.
base::Result<void> HttpReader::takeRun(base::ByteSpan& input) {
    const auto end = std::ranges::find_if(input, [](std::uint8_t byte) { return isControl(static_cast<char>(byte)); });
    const auto sizeBytes = static_cast<std::size_t>(end - input.begin());
    if (sizeBytes == 0) return {};
    if (header_.size() + sizeBytes > limits_.headerBytes) return failAtLimit();
    header_.append(input.begin(), end);
    input = input.subspan(sizeBytes);
    lineIsEmpty_ = false;
    return {};
}

base::Error HttpReader::failAtLimit() {
    return fail(sawRequestLine_ ? kHeaderTooLarge : kUriTooLong, "the header is longer than header_size");
}

base::Result<void> HttpReader::checkByte(char byte) {
    const bool isAllowed = !isControl(byte) || byte == '\n' || byte == '\r' || (byte == '\t' && sawRequestLine_);
    if (std::exchange(sawCr_, byte == '\r') && byte != '\n') return fail(kBadRequest, "a CR without LF in the header");
    if (!isAllowed) return fail(kBadRequest, "a control character in the header");
    if (stage_ == Stage::NextRequest && byte != '\r' && byte != '\n' && !isTokenChar(byte))
        return fail(kBadRequest, "no HTTP request");
    return {};
}

base::Result<void> HttpReader::parseHeader() {
    std::string_view lines = header_;
    base::Result<void> checked = checkRequestLine(takeLine(lines));
    for (std::string_view line = takeLine(lines); checked && !line.empty(); line = takeLine(lines))
        checked = checkField(line);
    if (!checked) return checked;
    std::string().swap(header_);
    sawRequestLine_ = false;
    lineIsEmpty_ = false;
    checked = checkHost();
    return checked ? readBodySize() : checked;
}

base::Result<void> HttpReader::checkRequestLine(std::string_view line) {
    const std::size_t methodEnd = line.find(' ');
    const std::size_t targetEnd = line.rfind(' ');
    if (methodEnd == std::string_view::npos || targetEnd <= methodEnd + 1)
        return fail(kBadRequest, "a broken request line");
    const std::string_view version = line.substr(targetEnd + 1);
    const std::string_view target = line.substr(methodEnd + 1, targetEnd - methodEnd - 1);
    if (!isToken(line.substr(0, methodEnd)) || target.find(' ') != std::string_view::npos)
        return fail(kBadRequest, "a broken request line");
    const bool isHttp = version.size() == 8 && version.starts_with("HTTP/") && isDigit(version[5]) &&
                        version[6] == '.' && isDigit(version[7]);
    if (!isHttp) return fail(kBadRequest, "a broken request line");
    const bool isPreface = header_ == RequestHead::kHttp2Preface;
    if (!isPreface && version != RequestHead::kHttp10 && version != RequestHead::kHttp11)
        return fail(kVersionNotSupported, "neither HTTP/1.0 nor HTTP/1.1");
    request_.head.setMethod(line.substr(0, methodEnd));
    request_.head.setUri(target);
    request_.head.setVersion(version);
    return {};
}

base::Result<void> HttpReader::checkField(std::string_view line) {
    const std::size_t colon = line.find(':');
    // A blank in front is a folded field, one before the colon a way to smuggle (RFC 9112, 5.1 and 5.2).
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon)))
        return fail(kBadRequest, "a broken header field");
    if (request_.head.size() == RequestHead::kMostFields) return fail(kHeaderTooLarge, "too many fields in the header");
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(kBlanks), value.size()));
    request_.head.add(line.substr(0, colon), value.substr(0, value.find_last_not_of(kBlanks) + 1));
    return {};
}

base::Result<void> HttpReader::checkHost() {
    const std::size_t hosts = occurrencesOf(request_.head, "Host").count;
    if (hosts > 1) return fail(kBadRequest, "more than one Host");
    if (hosts == 0 && request_.head.version() == RequestHead::kHttp11) return fail(kBadRequest, "no Host");
    return {};
}

base::Result<void> HttpReader::readBodySize() {
    bodyBytes_ = 0;
    if (request_.head.has(kTransferEncoding)) return fail(kLengthRequired, "a body without Content-Length");
    const Occurrences lengths = occurrencesOf(request_.head, kContentLength);
    if (lengths.count == 0) return {};
    const std::string& text = request_.field(kContentLength);
    if (!lengths.areEqual || text.empty() || !std::ranges::all_of(text, isDigit))
        return fail(kBadRequest, "a broken Content-Length");
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bodyBytes_);
    if (parsed.ec != std::errc() || bodyBytes_ > limits_.bodyBytes)
        return fail(kContentTooLarge, "the body is longer than body_size");
    return {};
}

void HttpReader::skipBody(base::ByteSpan& input) {
    if (stage_ != Stage::Body) return;
    const std::size_t size = std::min(bodyBytes_, input.size());
    bodyBytes_ -= size;
    input = input.subspan(size);
    if (bodyBytes_ == 0) stage_ = Stage::NextRequest;
}

base::Error HttpReader::fail(int status, std::string message) {
    errorStatus_ = status;
    return base::Error{std::move(message)};
}

} // namespace hookcast::http
