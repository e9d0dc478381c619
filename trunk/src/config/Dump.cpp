#include "config/Dump.h"

#include "config/DirectiveTable.h"
#include "config/ValueText.h"
#include "config/Words.h"

#include "base/Log.h"
#include "base/Secrets.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace hookcast::config {

namespace {

const std::string kMaskedHead =
    "# Secrets are masked: --show-secrets prints them. With masks in it this does not load.\n";

/// A second name of a value that another row writes.
bool isAlias(const DirectiveRow& row) {
    return !row.movedTo.empty() || (row.type == ValueType::Choice && row.defaultValue.empty());
}

std::string framed(const std::string& head, const std::string& inner, const std::string& indent) {
    return fmt::format("{0}{1} {{\n{2}{0}}}\n", indent, head, inner);
}

std::string sectionText(const Section& section, const Scope& scope, const std::string& indent);

std::string optionsText(const DirectiveRow& row, const Scope& scope, const std::string& indent) {
    std::string text;
    for (const auto& [option, value] : row.options(scope)) {
        const std::string shown = scope.showsSecrets ? written(value) : base::maskSecrets(written(value));
        text += fmt::format("{}    {}{};\n", indent, written(option), value.empty() ? "" : " " + shown);
    }
    return text.empty() ? text : framed(std::string(row.name), text, indent);
}

std::string rowText(const Section& section, const DirectiveRow& row, const Scope& scope, const std::string& indent) {
    if (row.status != Status::Works || (row.repeatable && !row.isList()) || isAlias(row)) return {};
    if (row.options != nullptr) return optionsText(row, scope, indent);
    std::string text;
    if (const Section* contents = childSection(section, row)) {
        const std::string inner = sectionText(*contents, scope, indent + "    ");
        return inner.empty() ? inner : framed(std::string(row.name), inner, indent);
    }
    for (const std::string& value : valueTexts(row, scope)) text += fmt::format("{}{} {};\n", indent, row.name, value);
    return text;
}

enum class Items { Named, Nameless };

std::string itemsText(const Section& section, const DirectiveRow& row, Items which, const Scope& scope,
                      const std::string& indent) {
    const Section* contents = childSection(section, row);
    const bool areNamed = row.maxArgs > 0;
    if (!row.isBlockList() || contents == nullptr || areNamed != (which == Items::Named)) return {};
    std::string text;
    row.list.forEach(scope, [&](const Scope& ofItem, const std::string& name) {
        const std::string head = std::string(row.name) + (name.empty() ? "" : " " + written(name));
        text += framed(head, sectionText(*contents, ofItem, indent + "    "), indent);
    });
    return text;
}

/// The rows, then the lists' blocks, those with names first.
std::string sectionText(const Section& section, const Scope& scope, const std::string& indent) {
    std::string text;
    for (const DirectiveRow& row : section.rows) text += rowText(section, row, scope, indent);
    for (const Items which : {Items::Named, Items::Nameless})
        for (const DirectiveRow& row : section.rows) text += itemsText(section, row, which, scope, indent);
    return text;
}

} // namespace

std::string dump(const Config& config, Secrets secrets) {
    Config copy = config; // the fields of the table are for writing too
    VhostConfig vhost;
    Scope scope{copy, vhost};
    scope.showsSecrets = secrets == Secrets::Shown;
    std::string text;
    if (const Section* root = findSection("")) text += sectionText(*root, scope, "");
    const Section* section = findSection("vhost");
    for (const std::shared_ptr<const VhostConfig>& given : config.vhosts) {
        vhost = *given;
        if (section != nullptr)
            text += fmt::format("\nvhost {} {{\n{}}}\n", written(vhost.name), sectionText(*section, scope, "    "));
    }
    const bool isMasked = !scope.showsSecrets && text.find(base::kSecretMask) != std::string::npos;
    return isMasked ? kMaskedHead + text : text;
}

std::string dump(const LoadOutcome& outcome, Secrets secrets) {
    std::string text = dump(*outcome.config, secrets);
    if (outcome.withoutEffect.empty()) return text;
    text += "\n# Read, and without effect yet:\n";
    for (const UnusedDirective& unused : outcome.withoutEffect)
        text += fmt::format("# {}: {}\n", base::printable(unused.where.text()), unused.path);
    return text;
}

} // namespace hookcast::config
