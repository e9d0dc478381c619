#include "config/MigrationReport.h"

#include "config/Consequences.h"

#include "base/Counted.h"
#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

using base::printable;

constexpr const char* kRefused = "it is an error as it stands here";

const char* wordOf(Fate fate) {
    switch (fate) {
    case Fate::Works: return "works";
    case Fate::NoEffect: return "no effect";
    case Fate::Refused: return "refused";
    case Fate::Unknown: return "unknown";
    case Fate::Ignored: return "ignored";
    }
    return "";
}

const char* wordOf(Severity severity) {
    switch (severity) {
    case Severity::Breaks: return "breaks";
    case Severity::Changes: return "changes";
    case Severity::Harmless: return "harmless";
    }
    return "";
}

/// A finding or a note.
struct Remark {
    std::string place;
    Severity severity = Severity::Changes;
    std::string word;
    std::string message;
    bool hasRow = false;
};

struct Row {
    std::string place;
    Severity severity = Severity::Harmless;
    std::string fate;
    std::string path;
    std::string change;
    std::string below; ///< whole lines
};

/// That a directive has no effect tells its row.
std::vector<Remark> remarksOf(const LoadOutcome& outcome) {
    std::vector<Remark> remarks;
    for (const Finding& finding : outcome.findings) {
        if (finding.tellsNoEffect) continue;
        const bool isError = finding.severity == Finding::Severity::Error;
        remarks.push_back({finding.where.text(), isError ? Severity::Breaks : Severity::Changes,
                           isError ? "error" : "warning", finding.message});
    }
    for (const Note& note : outcome.notes)
        remarks.push_back({note.where.text(), Severity::Changes, "note", note.message});
    return remarks;
}

using ByPlace = std::multimap<std::string_view, Remark*>;

Consequence effectOf(const ReadDirective& directive) {
    switch (directive.fate) {
    case Fate::Works: return directive.becomes.empty() ? differenceOf(directive.path) : Consequence{};
    case Fate::NoEffect: return consequenceOf(directive.path);
    case Fate::Refused: return {Severity::Breaks, kRefused};
    case Fate::Unknown: return {Severity::Breaks, {}};
    case Fate::Ignored: return {Severity::Changes, {}};
    }
    return {};
}

std::string changeOf(const ReadDirective& directive, std::string_view effect) {
    std::string text;
    const auto add = [&text](std::string_view part) {
        if (!part.empty()) text += fmt::format("{}{}", text.empty() ? "" : "; ", part);
    };
    if (!directive.writtenName.empty()) add(fmt::format("was '{}'", printable(directive.writtenName)));
    if (!directive.becomes.empty()) add(fmt::format("becomes {}", directive.becomes));
    add(effect);
    return text;
}

Row rowOf(const ReadDirective& directive, const ByPlace& remarks) {
    const Consequence effect = effectOf(directive);
    const std::string place = directive.where.text();
    Row row{printable(place),
            effect.severity,
            wordOf(directive.fate),
            directive.path,
            changeOf(directive, effect.text),
            {}};
    const auto [first, last] = remarks.equal_range(place);
    for (auto it = first; it != last; ++it) {
        Remark& remark = *it->second;
        if (std::exchange(remark.hasRow, true)) continue;
        row.severity = std::min(row.severity, remark.severity);
        if (remark.severity == Severity::Breaks && directive.fate == Fate::Works) row.fate = wordOf(Fate::Refused);
        row.below += fmt::format("    {}: {}: {}\n", row.place, remark.word, remark.message);
    }
    return row;
}

std::vector<Row> rowsOf(const LoadOutcome& outcome) {
    std::vector<Remark> remarks = remarksOf(outcome);
    ByPlace byPlace;
    for (Remark& remark : remarks) byPlace.emplace(remark.place, &remark);
    std::vector<Row> rows;
    rows.reserve(outcome.read.size() + remarks.size());
    for (const ReadDirective& directive : outcome.read) rows.push_back(rowOf(directive, byPlace));
    for (const Remark& remark : remarks)
        if (!remark.hasRow)
            rows.push_back({printable(remark.place), remark.severity, remark.word, {}, remark.message, {}});
    return rows;
}

std::string countsText(const LoadOutcome& outcome, const std::vector<Row>& rows) {
    const auto with = [&rows](Fate fate) { return std::ranges::count(rows, wordOf(fate), &Row::fate); };
    const auto as = [&rows](Severity severity) { return std::ranges::count(rows, severity, &Row::severity); };
    const auto text = [](auto count, std::string_view one, std::string_view several) {
        return base::counted(static_cast<std::uint64_t>(count), one, several);
    };
    return fmt::format("{}, {}, {}, {}, {}; the configuration is {}usable\nof the lines below, {}, {}, {}\n",
                       text(with(Fate::Works), "directive works", "directives work"),
                       text(with(Fate::NoEffect), "has no effect", "have no effect"),
                       text(with(Fate::Refused), "is refused", "are refused"),
                       text(with(Fate::Unknown), "is unknown", "are unknown"),
                       text(with(Fate::Ignored), "is ignored", "are ignored"), outcome.config == nullptr ? "not " : "",
                       text(as(Severity::Breaks), "breaks something", "break something"),
                       text(as(Severity::Changes), "changes something", "change something"),
                       text(as(Severity::Harmless), "is harmless", "are harmless"));
}

/// Of a column: what is longer than any that somebody would write stands out.
template <typename Member>
std::size_t widthOf(const std::vector<Row>& rows, Member member) {
    constexpr std::size_t kMost = 100;
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, (row.*member).size());
    return std::min(width, kMost);
}

} // namespace

std::string migrationReport(const LoadOutcome& outcome) {
    const std::vector<Row> rows = rowsOf(outcome);
    const std::size_t placeWidth = widthOf(rows, &Row::place);
    const std::size_t pathWidth = widthOf(rows, &Row::path);
    std::string text = countsText(outcome, rows);
    for (const Row& row : rows) {
        std::string line = fmt::format("{:<{}}  {:<8}  {:<9}  {:<{}}  {}", row.place, placeWidth, wordOf(row.severity),
                                       row.fate, row.path, pathWidth, row.change);
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n" + row.below;
    }
    return text;
}

} // namespace hookcast::config
