#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace hookcast::control {

/// Writes Prometheus' text format (0.0.4): a family of samples after the other, each with its HELP and TYPE.
class MetricsText {
  public:
    /// A family of ours: `name` is without the prefix `hookcast_`. `help` is text of ours, in one line.
    void begin(std::string_view name, std::string_view type, std::string_view help);

    /// One whose name is everybody's, such as `process_open_fds`.
    void beginStandard(std::string_view name, std::string_view type, std::string_view help);

    /// A sample of the family that was begun last. `labels` are of label(), with commas between.
    template <typename Value>
    void value(const Value& value, std::string_view labels = "", std::string_view suffix = "") {
        text_ += labels.empty() ? fmt::format("{}{} {}\n", name_, suffix, value)
                                : fmt::format("{}{}{{{}}} {}\n", name_, suffix, labels, value);
    }

    template <typename Value>
    void single(std::string_view name, std::string_view type, std::string_view help, const Value& one) {
        begin(name, type, help);
        value(one);
    }

    const std::string& text() const { return text_; }

  private:
    std::string name_;
    std::string text_;
};

/// `name="value"`, whatever bytes `value` holds: escaped as the format wants it, and what is no UTF-8 is U+FFFD.
std::string label(std::string_view name, std::string_view value);

} // namespace hookcast::control
