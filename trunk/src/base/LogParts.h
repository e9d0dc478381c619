#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hookcast::base {

/// What a line of the log is made of, by name: a reader has `name=value name="two words"`, and a collector of JSON
/// lines members of their own (see LogFormat).
class LogParts {
  public:
    using Value = std::variant<std::string, std::int64_t>;

    /// A text is cut to `maxBytes`. The name is ours: a word, and none of those that every line has (time, level, who,
    /// msg).
    LogParts& add(std::string_view name, std::string_view text, std::size_t maxBytes = kMaxTextBytes);

    template <std::integral Number>
    LogParts& add(std::string_view name, Number number) {
        parts_.emplace_back(name, static_cast<std::int64_t>(number));
        return *this;
    }

    /// One line, whatever the texts hold: each as printable() has it, in quotes unless it is one word.
    std::string text() const;

    /// `"name":"value","number":7`, without braces; empty without parts. JSON, whatever bytes the texts hold.
    std::string jsonMembers() const;

  private:
    static constexpr std::size_t kMaxTextBytes = 1000;

    std::vector<std::pair<std::string, Value>> parts_;
};

} // namespace hookcast::base
