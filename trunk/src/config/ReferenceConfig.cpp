#include "config/ReferenceConfig.h"

#include "config/DirectiveTable.h"
#include "config/Words.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hookcast::config {

namespace {

constexpr const char* kHead =
    "# Every directive that works in hookcast, with its default: a file to copy from. It is made from the directive\n"
    "# table by `hookcast --reference`, and it runs as it is.\n"
    "# Lines without a default stand in comments, with an example. A variable beats the file; in a vhost it beats\n"
    "# every vhost. Names that SRS knows and that are not here are accepted with a warning.\n";

/// `default 30 s; SRS_VHOST_PLAY_QUEUE_LENGTH`
std::string facts(const Section& section, const DirectiveRow& row) {
    std::string text;
    const auto add = [&text](const std::string& fact) { text += (text.empty() ? "" : "; ") + fact; };
    const bool isNumber = row.type == ValueType::Integer || row.type == ValueType::Decimal;
    if (!isNumber && !row.unit.empty()) add(std::string(row.unit));
    if (!row.defaultValue.empty())
        add(fmt::format("default {}{}{}", row.defaultValue, isNumber ? " " : "", isNumber ? row.unit : ""));
    for (const std::string& key : variablesOf(section, row)) add(key);
    if (row.atStart) add("counts at the next start");
    return text;
}

std::string head(const Section& section, const DirectiveRow& row, const std::string& indent) {
    const std::string second = facts(section, row);
    std::string text = fmt::format("\n{}# {}\n", indent, row.doc);
    if (!second.empty()) text += fmt::format("{}# {}\n", indent, second);
    return text;
}

bool isOldSpelling(const DirectiveRow& row) {
    return !row.movedTo.empty();
}

std::string oldSpelling(const DirectiveRow& row, const std::string& indent) {
    return fmt::format("{}# {:<23} now {}\n", indent, row.name, row.movedTo);
}

std::string rowsText(const Section& section, const std::string& indent);

std::string blockText(const Section& section, const DirectiveRow& row, const std::string& indent) {
    const Section* contents = childSection(section, row);
    if (contents == nullptr) return {};
    std::string text = head(section, row, indent);
    if (contents->rows.empty()) return text + fmt::format("{}# {} {{ {}; }}\n", indent, row.name, row.example);
    if (std::ranges::all_of(contents->rows, isOldSpelling)) {
        for (const DirectiveRow& old : contents->rows)
            text += fmt::format("{}# {} {{ {} {}; }}\n", indent, row.name, old.name, old.defaultValue);
        return text;
    }
    std::string name(row.name);
    if (!row.example.empty()) name += fmt::format(" {}", row.example);
    return text + fmt::format("{0}{1} {{{2}{0}}}\n", indent, name, rowsText(*contents, indent + "    "));
}

std::string rowsText(const Section& section, const std::string& indent) {
    std::string text;
    std::string oldSpellings;
    for (const DirectiveRow& row : section.rows) {
        if (row.status != Status::Works) continue;
        if (isOldSpelling(row)) {
            oldSpellings += oldSpelling(row, indent);
            continue;
        }
        if (row.type == ValueType::Block) {
            text += blockText(section, row, indent);
            continue;
        }
        const bool hasDefault = !row.defaultValue.empty();
        const std::string value(hasDefault ? row.defaultValue : row.example);
        text += head(section, row, indent);
        text += fmt::format("{}{}{:<23} {};\n", indent, hasDefault ? "" : "# ", row.name,
                            row.maxArgs > 1 ? value : written(value));
    }
    if (!oldSpellings.empty())
        text += fmt::format("\n{}# Old spellings that are understood here:\n{}", indent, oldSpellings);
    return text;
}

} // namespace

std::string referenceConfig() {
    const Section* root = findSection("");
    return root == nullptr ? std::string() : kHead + rowsText(*root, "");
}

} // namespace hookcast::config
