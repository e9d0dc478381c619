#include "config/MigrationReport.h"

#include "config/Consequences.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

using base::printable;

constexpr const char* kRefused = "it is an error where it is on: copy what you need into a file of your own";

const char* wordOf(Status status) {
    switch (status) {
    case Status::Works: return "works";
    case Status::AcceptedNoEffect: return "no effect";
    case Status::Refused: return "refused";
    }
    return "";
}

std::string changeOf(const ReadDirective& directive) {
    if (directive.status == Status::AcceptedNoEffect) return std::string(consequenceOf(directive.path));
    if (directive.status == Status::Refused) return kRefused;
    return directive.writtenName.empty() ? std::string() : fmt::format("was '{}'", printable(directive.writtenName));
}

std::string countsText(const LoadOutcome& outcome) {
    std::array<std::size_t, 3> counts{};
    for (const ReadDirective& directive : outcome.read) ++counts[static_cast<std::size_t>(directive.status)];
    return fmt::format("{} directives work, {} have no effect, {} are refused; the configuration is {}usable\n",
                       counts[static_cast<std::size_t>(Status::Works)],
                       counts[static_cast<std::size_t>(Status::AcceptedNoEffect)],
                       counts[static_cast<std::size_t>(Status::Refused)], outcome.config == nullptr ? "not " : "");
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

/// What is not about a directive without effect, which its own line tells.
std::multimap<std::string, const Finding*> findingsByPlace(const LoadOutcome& outcome) {
    std::multimap<std::string, const Finding*> byPlace;
    for (const Finding& finding : outcome.findings) {
        const auto isAboutIt = [&finding](const UnusedDirective& unused) {
            return unused.where.text() == finding.where.text();
        };
        if (std::ranges::none_of(outcome.withoutEffect, isAboutIt)) byPlace.emplace(finding.where.text(), &finding);
    }
    return byPlace;
}

std::string findingText(const Finding& finding) {
    const char* word = finding.severity == Finding::Severity::Error ? "error" : "warning";
    return fmt::format("    {}: {}: {}\n", printable(finding.where.text()), word, finding.message);
}

} // namespace

std::string migrationReport(const LoadOutcome& outcome) {
    std::size_t placeWidth = 0;
    std::size_t pathWidth = 0;
    for (const ReadDirective& directive : outcome.read) {
        placeWidth = std::max(placeWidth, printable(directive.where.text()).size());
        pathWidth = std::max(pathWidth, directive.path.size());
    }
    std::multimap<std::string, const Finding*> findings = findingsByPlace(outcome);
    std::string text = countsText(outcome);
    for (const ReadDirective& directive : outcome.read) {
        std::string line = fmt::format("{}  {}  {}  {}", padded(printable(directive.where.text()), placeWidth),
                                       padded(wordOf(directive.status), std::string_view("no effect").size()),
                                       padded(directive.path, pathWidth), changeOf(directive));
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
        const auto [first, last] = findings.equal_range(directive.where.text());
        for (auto it = first; it != last; ++it) text += findingText(*it->second);
        findings.erase(first, last);
    }
    for (const auto& [place, finding] : findings) text += findingText(*finding);
    return text;
}

} // namespace hookcast::config
