#include "config/DirectiveTable.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

namespace hookcast::config {

namespace {

constexpr std::size_t kLongestComparedName = 64;

std::array<std::span<const Section>, 11> areas() {
    return {rootSections(), serverSections(), vhostSections(),   hookSections(),  outputSections(), mediaSections(),
            srtSections(),  inputSections(),  clusterSections(), spoolSections(), hlsSections()};
}

std::string variableOf(std::string_view path) {
    std::string key = "SRS_";
    for (const char c : path)
        key.push_back(c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    return key;
}

/// The contexts that know `name`, the shortest path first.
std::vector<std::string_view> contextsOf(std::string_view name) {
    std::vector<std::string_view> contexts;
    for (const Section* section : allSections()) {
        const DirectiveRow* row = findRow(*section, name);
        if (row != nullptr && row->movedTo.empty()) contexts.push_back(section->context);
    }
    std::ranges::stable_sort(contexts, {}, &std::string_view::size);
    return contexts;
}

} // namespace

std::vector<const Section*> allSections() {
    std::vector<const Section*> all;
    for (const std::span<const Section> area : areas())
        for (const Section& section : area) all.push_back(&section);
    return all;
}

const Section* findSection(std::string_view context) {
    for (const std::span<const Section> area : areas()) {
        const auto found = std::ranges::find(area, context, &Section::context);
        if (found != area.end()) return &*found;
    }
    return nullptr;
}

const DirectiveRow* findRow(const Section& section, std::string_view name) {
    const auto found = std::ranges::find(section.rows, name, &DirectiveRow::name);
    return found == section.rows.end() ? nullptr : &*found;
}

const Section* childSection(const Section& parent, const DirectiveRow& row) {
    if (!row.contents.empty()) return findSection(row.contents);
    if (row.type != ValueType::Block) return nullptr;
    return findSection(pathOf(parent, row.name));
}

bool guards(const Section& section, const DirectiveRow& row) {
    if (section.guards || row.guards) return true;
    const Section* contents = childSection(section, row);
    return contents != nullptr && contents->guards;
}

bool namesGuardingBlock(std::string_view name) {
    return std::ranges::any_of(allSections(), [name](const Section* section) {
        const DirectiveRow* row = findRow(*section, name);
        return row != nullptr && row->type == ValueType::Block && guards(*section, *row);
    });
}

std::string pathOf(const Section& section, std::string_view name) {
    return section.context.empty() ? std::string(name) : fmt::format("{}.{}", section.context, name);
}

std::vector<std::string> variablesOf(const Section& section, const DirectiveRow& row) {
    if (!section.environment || !row.environment || row.type == ValueType::Block) return {};
    std::vector<std::string> keys{variableOf(pathOf(section, row.name))};
    if (!row.otherVariable.empty()) keys.emplace_back(row.otherVariable);
    return keys;
}

std::string placeOf(const Section& section) {
    return section.context.empty() ? "at the top level" : fmt::format("in {}", section.context);
}

std::string suggestionFor(const Section& section, std::string_view name) {
    const std::vector<std::string_view> homes = contextsOf(name);
    if (!homes.empty()) {
        if (homes.front().empty()) return "it belongs at the top level";
        return fmt::format("it belongs in {}", homes.front());
    }
    if (name.size() > kLongestComparedName) return {};
    const DirectiveRow* nearest = nullptr;
    std::size_t shortest = 0;
    for (const DirectiveRow& row : section.rows) {
        const std::size_t distance = editDistance(name, row.name);
        if (distance >= std::max(name.size(), row.name.size())) continue;
        if (nearest != nullptr && distance >= shortest) continue;
        nearest = &row;
        shortest = distance;
    }
    if (nearest == nullptr) return {};
    if (shortest <= 1 + name.size() / 3) return fmt::format("did you mean '{}'?", nearest->name);
    return fmt::format("the nearest known name is '{}'", nearest->name);
}

std::size_t editDistance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> beforeLast;
    std::vector<std::size_t> last(other.size() + 1);
    std::iota(last.begin(), last.end(), 0U);
    for (std::size_t i = 1; i <= one.size(); ++i) {
        std::vector<std::size_t> row(other.size() + 1, i);
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const bool same = one[i - 1] == other[j - 1];
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
            const bool swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if (swapped) row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        beforeLast = std::move(last);
        last = std::move(row);
    }
    return last.back();
}

} // namespace hookcast::config
