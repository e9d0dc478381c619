#include "control/MetricsText.h"

#include "base/Utf8.h"

namespace hookcast::control {

void MetricsText::begin(std::string_view name, std::string_view type, std::string_view help) {
    beginStandard(fmt::format("hookcast_{}", name), type, help);
}

void MetricsText::beginStandard(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, help, name_, type);
}

std::string label(std::string_view name, std::string_view value) {
    std::string escaped;
    for (const char c : base::toValidUtf8(value)) {
        switch (c) {
        case '\\': escaped += "\\\\"; break;
        case '"': escaped += "\\\""; break;
        case '\n': escaped += "\\n"; break;
        // Readers that go by lines take these for the end of one, or of the text.
        case '\r':
        case '\0': escaped += ' '; break;
        default: escaped += c;
        }
    }
    return fmt::format("{}=\"{}\"", name, escaped);
}

} // namespace hookcast::control
