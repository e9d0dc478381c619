#include "config/Checker.h"

#include "base/Log.h"
#include "base/Secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>

namespace hookcast::config {

using base::printable;

namespace {

/// The tree has old spellings at their new places, the file does not.
void sortByPlace(std::vector<ReadDirective>& read) {
    std::vector<std::string> files;
    for (const ReadDirective& directive : read)
        if (std::ranges::find(files, directive.where.file) == files.end()) files.push_back(directive.where.file);
    const auto placeOf = [&files](const ReadDirective& directive) {
        return std::tuple(std::ranges::find(files, directive.where.file) - files.begin(), directive.where.line,
                          directive.where.column);
    };
    std::ranges::stable_sort(read, {}, placeOf);
}

} // namespace

Checker::Checker(Findings& findings, std::vector<UnusedDirective>& withoutEffect, std::vector<ReadDirective>& read)
    : findings_(findings), withoutEffect_(withoutEffect), read_(read) {}

void Checker::check(const Directive& root) {
    if (const Section* section = findSection("")) checkBlock(root, *section, Mode::Everything);
    sortByPlace(read_);
}

void Checker::checkBlock(const Directive& block, const Section& section, Mode mode) {
    std::map<std::string_view, const Directive*> first;
    for (const Directive& child : block.children) {
        const DirectiveRow* row = findRow(section, child.name);
        if (row == nullptr) {
            if (section.names == Section::Names::Checked) reportUnknown(child, section);
            continue;
        }
        Mode childMode = mode;
        if (mode == Mode::Everything) {
            const auto [earlier, isFirst] = first.try_emplace(child.name, &child);
            if (!isFirst && !row->repeatable && row->status == Status::Works) {
                reportDuplicate(child, *row, *earlier->second);
                childMode = Mode::NamesOnly;
            } else {
                childMode = checkKnown(child, section, *row);
            }
        }
        const Section* contents = childSection(section, *row);
        if (contents != nullptr) checkBlock(child, *contents, childMode);
    }
}

void Checker::reportUnknown(const Directive& directive, const Section& section) {
    if (findings_.full()) { // a suggestion costs time, and nobody would read it
        findings_.error(directive.location, "unknown directive");
        return;
    }
    const std::string hint = suggestionFor(section, directive.name);
    findings_.error(directive.location, fmt::format("unknown directive '{}' {}{}{}", printable(directive.name),
                                                    placeOf(section), hint.empty() ? "" : "; ", hint));
}

void Checker::reportDuplicate(const Directive& directive, const DirectiveRow& row, const Directive& first) {
    const char* advice = row.type == ValueType::Urls ? "; put all URLs on one line, separated by blanks" : "";
    findings_.warning(directive.location, fmt::format("'{}' is ignored, the first one counts ({}){}",
                                                      directive.writtenName(), first.location.text(), advice));
}

Checker::Mode Checker::checkKnown(const Directive& directive, const Section& section, const DirectiveRow& row) {
    const bool isWritten = directive.location.line != 0 && !directive.isImplied;
    if (isWritten && read_.size() < Findings::kLimit)
        read_.push_back({directive.location, pathOf(section, directive.name), directive.legacyName, row.status});
    switch (row.status) {
    case Status::Works: checkShape(directive, row); return Mode::Everything;
    case Status::Refused:
        if (directive.firstArg() == "on")
            findings_.error(directive.location,
                            fmt::format("'{} on': this file shows every directive and is not meant to run; copy what "
                                        "you need into a file of your own",
                                        directive.name));
        return Mode::Everything;
    case Status::AcceptedNoEffect: break;
    }
    findings_.warning(directive.location, fmt::format("'{}' has no effect yet", directive.writtenName()));
    if (withoutEffect_.size() < Findings::kLimit)
        withoutEffect_.push_back({directive.location, pathOf(section, directive.name)});
    return Mode::NamesOnly;
}

void Checker::checkShape(const Directive& directive, const DirectiveRow& row) {
    const std::string& name = directive.writtenName();
    const int args = static_cast<int>(directive.args.size());
    if (row.type == ValueType::AddressRule && args != row.minArgs) {
        findings_.error(directive.location,
                        fmt::format("'{}': expected publish or play, then one of all, an IP address or a network, and "
                                    "no more",
                                    name));
        return;
    }
    const auto isMasked = [](const std::string& arg) { return arg.find(base::kSecretMask) != std::string::npos; };
    if (std::ranges::any_of(directive.args, isMasked))
        findings_.error(directive.location,
                        fmt::format("'{}': a dump has masked a secret here, --show-secrets shows it", name));
    if (args < row.minArgs) {
        const char* wanted = row.type == ValueType::Block ? "a name" : "a value";
        findings_.warning(directive.location, fmt::format("'{}' has no effect without {}", name, wanted));
    } else if (args > row.maxArgs) {
        const bool nextLine = directive.lastLine > directive.location.line;
        findings_.warning(directive.location,
                          fmt::format("'{}' is ignored: '{}' takes {}{}",
                                      row.isSecret ? std::string(base::kSecretMask)
                                                   : printable(directive.args[static_cast<std::size_t>(row.maxArgs)]),
                                      name, row.maxArgs == 0 ? "a block only" : "one value only",
                                      nextLine ? "; is there a ';' missing at the end of the line?" : ""));
    }
    if (row.type == ValueType::Block && !directive.hasBlock)
        findings_.warning(directive.location, fmt::format("'{}' sets nothing without a block {{ }}", name));
    if (row.type != ValueType::Block && directive.hasBlock)
        findings_.warning(directive.location, fmt::format("'{}' takes no block, what it holds is ignored", name));
}

} // namespace hookcast::config
