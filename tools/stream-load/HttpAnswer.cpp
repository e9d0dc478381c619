#include "HttpAnswer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <system_error>

namespace hookcast::load {

namespace {

constexpr std::size_t kHeadBytes = 64 * 1024;

bool isSame(char one, char two) {
    return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(two));
}

base::Result<std::size_t> numberOf(std::string_view text, int radix) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
    if (error != std::errc() || end == text.data()) return base::Error{"a length is no number: " + std::string(text)};
    return value;
}

} // namespace

base::Result<bool> HttpAnswer::read(base::ByteSpan& bytes, bool keepsBody) {
    while (expects_ != Expects::Nothing && !bytes.empty()) {
        if (expects_ == Expects::Body || expects_ == Expects::Chunk) {
            takeBody(bytes, keepsBody);
            continue;
        }
        const base::Result<bool> line = takeLine(bytes);
        if (!line) return line.error();
        if (!line.value()) return false;
        base::Result<void> taken;
        switch (expects_) {
        case Expects::Head: taken = takeHead(); break;
        case Expects::ChunkSize: taken = takeChunkSize(); break;
        case Expects::ChunkEnd: expects_ = Expects::ChunkSize; break;
        case Expects::Trailer: expects_ = line_.empty() ? Expects::Nothing : Expects::Trailer; break;
        case Expects::Body:
        case Expects::Chunk:
        case Expects::Nothing: break;
        }
        if (!taken) return taken.error();
        line_.clear();
    }
    return expects_ == Expects::Nothing;
}

std::string HttpAnswer::header(const std::string& name) const {
    const std::string wanted = "\n" + name + ":";
    const auto found = std::search(head_.begin(), head_.end(), wanted.begin(), wanted.end(), isSame);
    if (found == head_.end()) return "";
    const auto begin = std::find_if(found + static_cast<std::ptrdiff_t>(wanted.size()), head_.end(),
                                    [](char c) { return c != ' ' && c != '\t'; });
    return {begin, std::find(begin, head_.end(), '\n')};
}

/// True: there is a whole line, without its end.
base::Result<bool> HttpAnswer::takeLine(base::ByteSpan& bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), '\n');
    const auto size = static_cast<std::size_t>(end - bytes.begin());
    line_ += base::asText(bytes.first(size));
    if (line_.size() + head_.size() > kHeadBytes) return base::Error{"the answer's head has no end"};
    const bool isWhole = size < bytes.size();
    bytes = bytes.subspan(std::min(size + 1, bytes.size()));
    if (isWhole && line_.ends_with('\r')) line_.pop_back();
    return isWhole;
}

base::Result<void> HttpAnswer::takeHead() {
    if (!line_.empty()) {
        head_ += line_ + "\n";
        return {};
    }
    const std::size_t space = head_.find(' ');
    const auto status = numberOf(std::string_view(head_).substr(std::min(space + 1, head_.size())), 10);
    if (!head_.starts_with("HTTP/1.") || !status) return base::Error{"this is no answer of HTTP"};
    status_ = static_cast<unsigned>(status.value());
    isChunked_ = header("Transfer-Encoding") == "chunked";
    expects_ = Expects::ChunkSize;
    if (isChunked_) return {};
    const std::string length = header("Content-Length");
    const bool hasBody = status_ != 204 && status_ != 304;
    if (hasBody && length.empty()) return base::Error{"the answer does not say how long it is"};
    const auto size = hasBody ? numberOf(length, 10) : base::Result<std::size_t>(0);
    if (!size) return size.error();
    left_ = size.value();
    expects_ = left_ == 0 ? Expects::Nothing : Expects::Body;
    return {};
}

base::Result<void> HttpAnswer::takeChunkSize() {
    const auto size = numberOf(line_, 16);
    if (!size) return size.error();
    left_ = size.value();
    expects_ = left_ == 0 ? Expects::Trailer : Expects::Chunk;
    return {};
}

void HttpAnswer::takeBody(base::ByteSpan& bytes, bool keepsBody) {
    const std::size_t size = std::min(left_, bytes.size());
    if (keepsBody) body_ += base::asText(bytes.first(size));
    bodyBytes_ += size;
    left_ -= size;
    bytes = bytes.subspan(size);
    if (left_ != 0) return;
    expects_ = isChunked_ ? Expects::ChunkEnd : Expects::Nothing;
}

} // namespace hookcast::load
