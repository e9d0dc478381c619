#include "support/StrictJson.h"

#include "base/Utf8.h"

#include <fmt/format.h>

#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <set>
#include <stdexcept>

namespace hookcast::integration {

namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    void readAll() {
        skipBlanks();
        readValue();
        skipBlanks();
        if (at_ != text_.size()) fail("something behind the value");
    }

  private:
    [[noreturn]] void fail(const char* what) const {
        throw std::runtime_error(fmt::format("{} at byte {}", what, at_));
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void expect(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) fail("unexpected character");
        at_ += word.size();
    }

    void skipBlanks() {
        while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) ++at_;
    }

    void readValue() {
        switch (peek()) {
        case '{': return readObject();
        case '[': return readArray();
        case '"': readString(); return;
        case 't': return expect("true");
        case 'f': return expect("false");
        case 'n': return expect("null");
        default: readNumber();
        }
    }

    template <typename ReadOne>
    void readItems(char end, ReadOne readOne) {
        ++at_;
        skipBlanks();
        if (peek() == end) {
            ++at_;
            return;
        }
        for (;;) {
            skipBlanks();
            readOne();
            skipBlanks();
            if (peek() == end) break;
            expect(",");
        }
        ++at_;
    }

    void readObject() {
        std::set<std::string> names;
        readItems('}', [&] {
            if (!names.insert(readString()).second) fail("a name for the second time");
            skipBlanks();
            expect(":");
            skipBlanks();
            readValue();
        });
    }

    void readArray() {
        readItems(']', [this] { readValue(); });
    }

    /// As it is written, escapes and all.
    std::string readString() {
        const std::size_t begin = at_;
        expect("\"");
        while (peek() != '"') {
            if (at_ >= text_.size()) fail("a string without an end");
            const auto byte = static_cast<unsigned char>(text_[at_]);
            if (byte < 0x20) fail("a control character");
            if (byte == '\\') {
                readEscape();
                continue;
            }
            const std::size_t length = base::utf8Length(text_.substr(at_));
            if (length == 0) fail("no UTF-8");
            at_ += length;
        }
        ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    void readEscape() {
        ++at_;
        if (peek() != 'u') {
            if (peek() == '\0' || std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos)
                fail("no escape");
            ++at_;
            return;
        }
        const unsigned first = readUnit();
        if (first >= 0xDC00 && first <= 0xDFFF) fail("the second half of a character");
        if (first < 0xD800 || first > 0xDBFF) return;
        expect("\\");
        const unsigned second = readUnit();
        if (second < 0xDC00 || second > 0xDFFF) fail("half a character");
    }

    unsigned readUnit() {
        expect("u");
        const std::string digits(text_.substr(at_, 4));
        for (const char c : digits)
            if (std::isxdigit(static_cast<unsigned char>(c)) == 0) fail("no hexadecimal digit");
        if (digits.size() != 4) fail("too few digits");
        at_ += 4;
        return static_cast<unsigned>(std::strtoul(digits.c_str(), nullptr, 16));
    }

    void readDigits() {
        if (std::isdigit(static_cast<unsigned char>(peek())) == 0) fail("no digit");
        while (std::isdigit(static_cast<unsigned char>(peek())) != 0) ++at_;
    }

    void readNumber() {
        if (peek() == '-') ++at_;
        if (peek() == '0')
            ++at_;
        else
            readDigits();
        if (peek() == '.') {
            ++at_;
            readDigits();
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            readDigits();
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

std::string jsonFault(std::string_view text) {
    try {
        Reader(text).readAll();
        return {};
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
}

} // namespace hookcast::integration
