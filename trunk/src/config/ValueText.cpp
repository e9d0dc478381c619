#include "config/ValueText.h"

#include "base/Secrets.h"

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
    return fmt::format("{}", static_cast<double>(valueMs) / static_cast<double>(fieldPerUnit(row)));
}

std::string textOf(const DirectiveRow&, const std::string& value) {
    return value.empty() ? value : written(value);
}

std::string textOf(const DirectiveRow&, const std::vector<std::string>& values) {
    return wordsText(values);
}

std::string textOf(const DirectiveRow&, const std::vector<Protocol>& protocols) {
    std::string text;
    for (const Protocol protocol : protocols) text += fmt::format("{}{}", text.empty() ? "" : " ", nameOf(protocol));
    return text;
}

std::string textOf(const DirectiveRow&, const std::vector<ListenAddress>& addresses) {
    std::string text;
    for (const ListenAddress& address : addresses)
        text += fmt::format("{}{}", text.empty() ? "" : " ", listenText(address));
    return text;
}

std::string textOf(const DirectiveRow& row, const std::vector<base::IpNetwork>& networks) {
    if (networks.empty() && !row.defaultValue.empty()) return "off";
    std::string text;
    for (const base::IpNetwork& network : networks)
        text += fmt::format("{}{}", text.empty() ? "" : " ", network.text());
    return text;
}

std::string textOf(const AddressRule& rule) {
    return fmt::format("{} {}", nameOf(rule.use), rule.network.text());
}

std::string textOf(const FailureRule& rule) {
    if (!rule.opening) return std::string(nameOf(rule.choice));
    return fmt::format("{} {}", nameOf(*rule.opening), nameOf(rule.choice));
}

std::string textOf(const std::vector<std::string>& words) {
    return wordsText(words);
}

std::string textOf(const std::pair<std::string, std::string>& pair) {
    return wordsText({pair.first, pair.second});
}

/// Of values that stand in a configuration several times.
template <typename Value>
constexpr bool kIsSeveral =
    std::is_same_v<Value, std::vector<AddressRule>> || std::is_same_v<Value, std::vector<FailureRule>> ||
    std::is_same_v<Value, std::vector<std::vector<std::string>>> ||
    std::is_same_v<Value, std::vector<std::pair<std::string, std::string>>>;

std::vector<std::string> plainTexts(const DirectiveRow& row, Scope scope) {
    return std::visit(
        [&](const auto& field) -> std::vector<std::string> {
            using FieldType = std::decay_t<decltype(field)>;
            std::vector<std::string> texts;
            if constexpr (std::is_same_v<FieldType, std::monostate>) {
                return texts;
            } else if constexpr (std::is_same_v<FieldType, ChoiceField>) {
                const auto found = std::ranges::find(row.choices, field.get(scope), &Choice::value);
                if (found != row.choices.end()) texts.emplace_back(found->word);
            } else if constexpr (kIsSeveral<std::decay_t<decltype(field(scope))>>) {
                for (const auto& value : field(scope)) texts.push_back(textOf(value));
            } else {
                texts.push_back(textOf(row, field(scope)));
            }
            std::erase(texts, "");
            return texts;
        },
        row.field);
}

} // namespace

std::string wordsText(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += fmt::format("{}{}", text.empty() ? "" : " ", written(word));
    return text;
}

std::vector<std::string> valueTexts(const DirectiveRow& row, Scope scope) {
    std::vector<std::string> texts = plainTexts(row, scope);
    if (scope.showsSecrets) return texts;
    for (std::string& text : texts) text = row.isSecret ? written(base::kSecretMask) : base::maskSecrets(text);
    return texts;
}

} // namespace hookcast::config
