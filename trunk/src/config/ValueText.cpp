#include "config/ValueText.h"

#include "config/Addresses.h"
#include "config/ValueReader.h"
#include "config/Words.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace hookcast::config {

namespace {

std::string textOf(const DirectiveRow&, bool value) {
    return value ? "on" : "off";
}

std::string textOf(const DirectiveRow&, std::uint32_t value) {
    return std::to_string(value);
}

std::string textOf(const DirectiveRow& row, std::int64_t valueMs) {
    return fmt::format("{}", static_cast<double>(valueMs) / static_cast<double>(millisecondsPerUnit(row)));
}

std::string textOf(const DirectiveRow&, const std::string& value) {
    return value.empty() ? value : written(value);
}

std::string textOf(const DirectiveRow&, const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += fmt::format("{}{}", text.empty() ? "" : " ", written(value));
    return text;
}

std::string textOf(const DirectiveRow&, const std::vector<ListenAddress>& addresses) {
    std::string text;
    for (const ListenAddress& address : addresses)
        text += fmt::format("{}{}", text.empty() ? "" : " ", listenText(address));
    return text;
}

} // namespace

std::string valueText(const DirectiveRow& row, Scope scope) {
    return std::visit(
        [&](const auto& field) -> std::string {
            using FieldType = std::decay_t<decltype(field)>;
            if constexpr (std::is_same_v<FieldType, std::monostate>) {
                return {};
            } else if constexpr (std::is_same_v<FieldType, ChoiceField>) {
                const auto found = std::ranges::find(row.choices, field.get(scope), &Choice::value);
                return found == row.choices.end() ? std::string() : std::string(found->word);
            } else {
                return textOf(row, field(scope));
            }
        },
        row.field);
}

} // namespace hookcast::config
