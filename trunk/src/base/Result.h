#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace hookcast::base {

/// Why something failed, in words fit for a log line or a client. Never holds a secret.
struct Error {
    std::string message;
};

/// A value or an Error. Parsers return it instead of throwing.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::move(value)) {}
    Result(Error error) : content_(std::move(error)) {}

    bool ok() const { return std::holds_alternative<T>(content_); }
    explicit operator bool() const { return ok(); }

    /// Only when ok().
    T& value() { return std::get<T>(content_); }
    const T& value() const { return std::get<T>(content_); }
    T take() { return std::move(std::get<T>(content_)); }

    /// Only when not ok().
    const Error& error() const { return std::get<Error>(content_); }

  private:
    std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }

    /// Only when not ok().
    const Error& error() const { return *error_; }

  private:
    std::optional<Error> error_;
};

} // namespace hookcast::base
