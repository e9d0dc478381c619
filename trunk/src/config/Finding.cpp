#include "config/Finding.h"

#include "base/Counted.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace hookcast::config {

std::string Finding::text() const {
    return fmt::format("{}: {}: {}", where.text(), severity == Severity::Error ? "error" : "warning", message);
}

std::vector<std::string> findingLines(const std::vector<Finding>& findings) {
    std::vector<std::string> lines;
    lines.reserve(findings.size());
    for (const Finding& finding : findings) lines.push_back(finding.text());
    return lines;
}

void Findings::error(const SourceLocation& where, std::string message) {
    hasErrors_ = true;
    add({Finding::Severity::Error, where, std::move(message)});
}

void Findings::warning(const SourceLocation& where, std::string message) {
    add({Finding::Severity::Warning, where, std::move(message)});
}

void Findings::noEffect(const SourceLocation& where, std::string message) {
    add({Finding::Severity::Warning, where, std::move(message), true});
}

void Findings::add(Finding finding) {
    if (full())
        ++leftOut_;
    else
        found_.push_back(std::move(finding));
}

std::vector<Finding> Findings::take() {
    std::map<std::string, std::size_t> fileRanks;
    for (const Finding& finding : found_) fileRanks.try_emplace(finding.where.file, fileRanks.size());
    std::ranges::stable_sort(found_, {}, [&fileRanks](const Finding& finding) {
        return std::tuple(fileRanks[finding.where.file], finding.where.line, finding.where.column);
    });
    if (leftOut_ > 0) {
        const Finding::Severity severity = hasErrors_ ? Finding::Severity::Error : Finding::Severity::Warning;
        SourceLocation where{found_.back().where.file, 0, 0};
        found_.push_back({severity, std::move(where),
                          base::counted(leftOut_, "more finding is not shown", "more findings are not shown")});
    }
    leftOut_ = 0;
    hasErrors_ = false;
    return std::exchange(found_, {});
}

} // namespace hookcast::config
