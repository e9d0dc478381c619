#include "base/JsonWriter.h"

#include "base/Utf8.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace hookcast::base {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

[[noreturn]] void fail(const char* what) {
    throw std::logic_error(std::string("JSON: ") + what);
}

/// RFC 8259, section 7.
bool isPlain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// What cannot stand in a text as it is.
void appendEscaped(std::string& text, char c) {
    switch (c) {
    case '"': text += "\\\""; return;
    case '\\': text += "\\\\"; return;
    case '\b': text += "\\b"; return;
    case '\t': text += "\\t"; return;
    case '\n': text += "\\n"; return;
    case '\f': text += "\\f"; return;
    case '\r': text += "\\r"; return;
    default: fmt::format_to(std::back_inserter(text), "\\u{:04X}", static_cast<unsigned>(c));
    }
}

} // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
    if (!isInObject()) fail("a key outside of an object");
    if (hasKey_) fail("a key where a value belongs");
    if (needsComma_) text_.push_back(',');
    appendQuoted(name);
    text_.push_back(':');
    hasKey_ = true;
    return *this;
}

std::string JsonWriter::take() {
    if (depth_ > 0) fail("a block without an end");
    if (text_.empty()) fail("no value");
    needsComma_ = false;
    return std::exchange(text_, {});
}

JsonWriter& JsonWriter::begin(char bracket) {
    if (depth_ == kMaxDepth) fail("too many blocks in each other");
    beforeValue();
    text_.push_back(bracket);
    const std::uint32_t bit = 1U << depth_;
    objects_ = bracket == '{' ? objects_ | bit : objects_ & ~bit;
    ++depth_;
    needsComma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
    if (depth_ == 0 || isInObject() != (bracket == '}')) fail("an end without its beginning");
    if (hasKey_) fail("a key without a value");
    text_.push_back(bracket);
    --depth_;
    needsComma_ = true;
    return *this;
}

/// A block's begin() follows: it starts without a comma, and its end sets the flag again.
void JsonWriter::beforeValue() {
    if (isInObject()) {
        if (!std::exchange(hasKey_, false)) fail("a value without a key");
    } else if (depth_ == 0) {
        if (!text_.empty()) fail("a second value");
    } else if (needsComma_) {
        text_.push_back(',');
    }
    needsComma_ = true;
}

JsonWriter& JsonWriter::literal(std::string_view text) {
    beforeValue();
    text_ += text;
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    return literal({fmt::format_int(value).c_str()});
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
    return literal({fmt::format_int(value).c_str()});
}

JsonWriter& JsonWriter::number(double value) {
    if (!std::isfinite(value)) return null();
    beforeValue();
    fmt::format_to(std::back_inserter(text_), "{}", value);
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    beforeValue();
    appendQuoted(text);
    return *this;
}

void JsonWriter::appendQuoted(std::string_view text) {
    text_.push_back('"');
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && isPlain(text[plain])) ++plain;
        text_ += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        std::size_t taken = 1;
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            appendEscaped(text_, text.front());
        } else if (const std::size_t length = utf8Length(text); length > 0) {
            text_ += text.substr(0, length);
            taken = length;
        } else {
            text_ += kReplacement;
        }
        text.remove_prefix(taken);
    }
    text_.push_back('"');
}

} // namespace hookcast::base
