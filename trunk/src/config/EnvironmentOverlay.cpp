#include "config/EnvironmentOverlay.h"

#include "config/DirectiveTable.h"
#include "config/Idle.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hookcast::config {

namespace {

/// Read elsewhere, or of no concern to this server.
constexpr std::array<std::string_view, 5> kOtherVariables = {"SRS_CONFIG_FILE", "SRS_ENV_ONLY", "SRS_PLATFORM",
                                                             "SRS_REGION", "SRS_SOURCE"};

SourceLocation placeOfVariable(const std::string& key) {
    return {fmt::format("environment {}", key), 0, 0};
}

bool takesSeveralWords(const DirectiveRow& row) {
    return row.maxArgs > 1;
}

std::vector<std::string> wordsOf(const DirectiveRow& row, const std::string& value) {
    if (!takesSeveralWords(row)) return {value};
    std::vector<std::string> words;
    std::string_view rest = value;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        if (end > 0) words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
}

/// `path`: the blocks below `block` that the directive belongs into, dotted; missing ones are made.
void put(Directive& block, std::string_view path, const Directive& directive) {
    if (!path.empty()) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        const std::string_view name = path.substr(0, dot);
        Directive* child = block.find(name);
        if (child == nullptr) {
            child = &block.children.emplace_back();
            child->name = name;
            child->location = directive.location;
        }
        child->hasBlock = true;
        put(*child, path.substr(std::min(dot + 1, path.size())), directive);
        return;
    }
    std::erase_if(block.children, [&](const Directive& child) { return child.name == directive.name; });
    block.children.push_back(directive);
}

void putEverywhere(Directive& root, std::string_view context, const Directive& directive) {
    constexpr std::string_view kVhost = "vhost";
    if (!context.starts_with(kVhost)) {
        put(root, context, directive);
        return;
    }
    const std::string_view below = context.substr(std::min(kVhost.size() + 1, context.size()));
    for (Directive& child : root.children)
        if (child.name == kVhost) put(child, below, directive);
}

void applyRow(Directive& root, const Section& section, const DirectiveRow& row, const Environment& environment) {
    for (const std::string& key : variablesOf(section, row)) {
        const std::optional<std::string> value = environment.get(key);
        if (!value) continue;
        Directive directive;
        directive.name = row.name;
        directive.args = wordsOf(row, *value);
        directive.location = placeOfVariable(key);
        putEverywhere(root, section.context, directive);
        return;
    }
}

struct VariableRow {
    std::string key;
    const Section* section;
    const DirectiveRow* row;
};

std::vector<VariableRow> allVariables() {
    std::vector<VariableRow> all;
    for (const Section* section : allSections())
        for (const DirectiveRow& row : section->rows)
            for (std::string& key : variablesOf(*section, row)) all.push_back({std::move(key), section, &row});
    return all;
}

/// The working variable that a misspelt one was meant to be; null where none is near.
const VariableRow* nearestTo(const std::vector<VariableRow>& known, const std::string& key) {
    constexpr std::size_t kLongestCompared = 64;
    constexpr std::size_t kNear = 3;
    if (key.size() > kLongestCompared) return nullptr;
    const VariableRow* nearest = nullptr;
    std::size_t shortest = kNear + 1;
    for (const VariableRow& candidate : known) {
        const std::size_t distance = editDistance(key, candidate.key);
        if (candidate.row->status != Status::Works || distance >= shortest) continue;
        nearest = &candidate;
        shortest = distance;
    }
    return nearest;
}

/// Whether a variable begins as those of a guarding block do.
bool isOfGuard(const std::vector<VariableRow>& known, const std::string& key) {
    return std::ranges::any_of(known, [&key](const VariableRow& variable) {
        return variable.section->guards &&
               key.starts_with(variable.key.substr(0, variable.key.size() - variable.row->name.size()));
    });
}

/// One that was meant for a guard would leave a door open.
void reportUnknown(const std::vector<VariableRow>& known, const std::string& key, const SourceLocation& where,
                   Findings& findings) {
    const VariableRow* nearest = nearestTo(known, key);
    const std::string hint = nearest == nullptr ? std::string() : fmt::format("; did you mean {}?", nearest->key);
    const bool isForGuard = (nearest != nullptr && guards(*nearest->section, *nearest->row)) || isOfGuard(known, key);
    if (isForGuard)
        findings.error(where, "no directive has this variable" + hint);
    else
        findings.warning(where, "no directive has this variable, it is ignored" + hint);
}

void warnAboutUseless(const Environment& environment, Findings& findings) {
    const std::vector<VariableRow> known = allVariables();
    for (const auto& [key, value] : environment.all()) {
        if (std::ranges::find(kOtherVariables, key) != kOtherVariables.end()) continue;
        const auto found = std::ranges::find(known, key, &VariableRow::key);
        const SourceLocation where = placeOfVariable(base::printable(key));
        if (found == known.end())
            reportUnknown(known, key, where, findings);
        else if (found->row->status != Status::Works && !isIdleSwitch(*found->row, value))
            findings.warning(where, fmt::format("'{}' has no effect yet", pathOf(*found->section, found->row->name)));
    }
}

} // namespace

void applyEnvironment(Directive& root, const Environment& environment, Findings& findings) {
    if (environment.all().empty()) return;
    for (const Section* section : allSections())
        for (const DirectiveRow& row : section->rows)
            if (row.status == Status::Works) applyRow(root, *section, row, environment);
    warnAboutUseless(environment, findings);
}

} // namespace hookcast::config
