#include "cluster/ReplyReader.h"

#include <Poco/Redis/Array.h>
#include <Poco/Redis/Error.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace hookcast::cluster {

namespace {

using Poco::Redis::BulkString;
using Poco::Redis::Type;

constexpr std::string_view kLineEnd = "\r\n";

[[noreturn]] void refuse(const char* why) {
    throw std::runtime_error(why);
}

std::int64_t numberIn(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) refuse("no answer of a Redis: a number is none");
    return number;
}

/// Of a text or a list; -1 is one that is not there.
std::int64_t sizeIn(std::string_view text, std::size_t most) {
    const std::int64_t size = numberIn(text);
    if (size < -1) refuse("no answer of a Redis: a size below zero");
    if (size > static_cast<std::int64_t>(most)) refuse("an answer of the Redis is too large");
    return size;
}

} // namespace

ReplyReader::Reply ReplyReader::next() {
    takenBytes_ = 0;
    elements_ = 0;
    return element(0);
}

ReplyReader::Reply ReplyReader::element(std::size_t depth) {
    if (++elements_ > kMostElements) refuse("an answer of the Redis is too large");
    const std::string text = line();
    if (text.empty()) refuse("no answer of a Redis: an empty line");
    const std::string rest = text.substr(1);
    switch (text.front()) {
    case '+': return Poco::makeShared<Type<std::string>>(rest);
    case '-': return Poco::makeShared<Type<Poco::Redis::Error>>(Poco::Redis::Error(rest));
    case ':': return Poco::makeShared<Type<Poco::Int64>>(numberIn(rest));
    case '$': return bulk(rest);
    case '*': return list(rest, depth);
    default: refuse("no answer of a Redis");
    }
}

ReplyReader::Reply ReplyReader::bulk(const std::string& size) {
    const std::int64_t sizeBytes = sizeIn(size, kMostBytes);
    if (sizeBytes < 0) return Poco::makeShared<Type<BulkString>>();
    const std::size_t wanted = static_cast<std::size_t>(sizeBytes) + kLineEnd.size();
    while (buffer_.size() - at_ < wanted) fill();
    const std::string text = buffer_.substr(at_, static_cast<std::size_t>(sizeBytes));
    if (std::string_view(buffer_).substr(at_ + text.size(), kLineEnd.size()) != kLineEnd)
        refuse("no answer of a Redis: a text that does not end where it says");
    drop(wanted);
    return Poco::makeShared<Type<BulkString>>(BulkString(text));
}

ReplyReader::Reply ReplyReader::list(const std::string& size, std::size_t depth) {
    if (depth == kMostDepth) refuse("an answer of the Redis is too deep");
    const std::int64_t count = sizeIn(size, kMostElements);
    auto array = Poco::makeShared<Type<Poco::Redis::Array>>();
    // Poco's list is one that is not there until something is added.
    if (count == 0) array->value().addRedisType({}).clear();
    for (std::int64_t i = 0; i < count; ++i) array->value().addRedisType(element(depth + 1));
    return array;
}

std::string ReplyReader::line() {
    std::size_t searched = at_;
    for (;;) {
        const std::size_t end = buffer_.find(kLineEnd, searched);
        if (end != std::string::npos) {
            std::string text = buffer_.substr(at_, end - at_);
            drop(text.size() + kLineEnd.size());
            return text;
        }
        const std::size_t behind = buffer_.size() - at_;
        fill();
        // What was the last byte may be the first of the line's end.
        searched = at_ + (behind == 0 ? 0 : behind - 1);
    }
}

void ReplyReader::fill() {
    constexpr std::size_t kPieceBytes = 16UL * 1024;
    std::array<char, kPieceBytes> piece{};
    buffer_.erase(0, at_);
    at_ = 0;
    if (takenBytes_ + buffer_.size() > kMostBytes) refuse("an answer of the Redis is too large");
    buffer_.append(piece.data(), source_(piece.data(), piece.size()));
}

void ReplyReader::drop(std::size_t bytes) {
    at_ += bytes;
    takenBytes_ += bytes;
}

} // namespace hookcast::cluster
