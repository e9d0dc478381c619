#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace hookcast::base {

/// Writes one JSON value (RFC 8259) piece by piece into one string, without blanks; members stand in the order in which
/// they are written. Whatever bytes a text holds, the result is JSON: what is no UTF-8 becomes U+FFFD.
///
/// Calls that make no JSON (a member without a key, an end without a beginning, more than kMaxDepth blocks in each
/// other) are programming errors: they throw std::logic_error. One thread.
class JsonWriter {
  public:
    static constexpr std::size_t kMaxDepth = 32;

    explicit JsonWriter(std::size_t expectedBytes = 512) { text_.reserve(expectedBytes); }

    JsonWriter& beginObject() { return begin('{'); }
    JsonWriter& endObject() { return end('}'); }
    JsonWriter& beginArray() { return begin('['); }
    JsonWriter& endArray() { return end(']'); }

    /// Of the member whose value comes next.
    JsonWriter& key(std::string_view name);

    /// A text, a number or a switch. Numbers that JSON does not have (infinity, NaN) become null.
    template <typename Value>
    JsonWriter& value(const Value& value) {
        if constexpr (std::same_as<Value, bool>)
            return literal(value ? "true" : "false");
        else if constexpr (std::floating_point<Value>)
            return number(static_cast<double>(value));
        else if constexpr (std::unsigned_integral<Value>)
            return number(static_cast<std::uint64_t>(value));
        else if constexpr (std::signed_integral<Value>)
            return number(static_cast<std::int64_t>(value));
        else
            return string(std::string_view(value));
    }

    JsonWriter& null() { return literal("null"); }

    /// `json` is a value already, written by another writer or checked by a parser.
    JsonWriter& raw(std::string_view json) { return literal(json); }

    template <typename Value>
    JsonWriter& member(std::string_view name, const Value& itsValue) {
        return key(name).value(itsValue);
    }

    /// The whole value; throws std::logic_error where it is not. The writer is empty afterwards.
    std::string take();

  private:
    JsonWriter& begin(char bracket);
    JsonWriter& end(char bracket);
    JsonWriter& literal(std::string_view text);
    JsonWriter& number(std::int64_t value);
    JsonWriter& number(std::uint64_t value);
    JsonWriter& number(double value);
    JsonWriter& string(std::string_view text);
    void beforeValue();
    void appendQuoted(std::string_view text);
    bool isInObject() const { return depth_ > 0 && (objects_ >> (depth_ - 1) & 1U) != 0; }

    std::string text_;
    std::uint32_t objects_ = 0; ///< one bit for each block that is open, the innermost at depth_ - 1: it is an object
    std::size_t depth_ = 0;
    bool needsComma_ = false; ///< something stands before in the innermost block
    bool hasKey_ = false;     ///< a value must come next
};

} // namespace hookcast::base
