#include "config/Checker.h"

#include "config/Idle.h"

#include "base/Log.h"
#include "base/Secrets.h"
#include "base/Utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace hookcast::config {

using base::printable;

namespace {

constexpr std::size_t kMostOfName = 100; ///< of one that is unknown, in the report

/// The tree has old spellings at their new places, the file does not.
void sortByPlace(std::vector<ReadDirective>& read) {
    std::map<std::string, std::size_t> ranks;
    for (const ReadDirective& directive : read) ranks.try_emplace(directive.where.file, ranks.size());
    const auto placeOf = [&ranks](const ReadDirective& directive) {
        return std::tuple(ranks.at(directive.where.file), directive.where.line, directive.where.column);
    };
    std::ranges::stable_sort(read, {}, placeOf);
}

/// Whether a guarding block stands anywhere in it.
bool holdsGuard(const Directive& block) {
    return std::ranges::any_of(block.children, [](const Directive& child) {
        return (child.hasBlock && namesGuardingBlock(child.name)) || holdsGuard(child);
    });
}

/// Whether something in a block of that kind decides who comes in.
bool holdsGuard(const Directive& block, const Section& contents) {
    return std::ranges::any_of(block.children, [&contents](const Directive& child) {
        const DirectiveRow* row = findRow(contents, child.name);
        return row != nullptr && guards(contents, *row);
    });
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
            const bool isLostGuard = (child.hasBlock && namesGuardingBlock(child.name)) || holdsGuard(child);
            if (section.names == Section::Names::Checked || isLostGuard) reportUnknown(child, section);
            continue;
        }
        Mode childMode = mode;
        checkSwallowed(child, section, *row);
        if (mode != Mode::NamesOnly) {
            const auto [earlier, isFirst] = first.try_emplace(child.name, &child);
            if (!isFirst && !row->repeatable && row->status == Status::Works) {
                reportDuplicate(child, section, *row, *earlier->second);
                childMode = Mode::NamesOnly;
            } else {
                const bool isListed = mode == Mode::Everything && !isIdle(block, child, section, *row);
                childMode = checkKnown(child, section, *row, isListed ? Mode::Everything : Mode::Unlisted);
            }
        }
        const Section* contents = childSection(section, *row);
        if (contents != nullptr) checkBlock(child, *contents, childMode);
    }
}

void Checker::list(const Directive& directive, std::string path, Fate fate) {
    const bool isWritten = directive.location.line != 0 && !directive.isImplied;
    if (isWritten) read_.push_back({directive.location, std::move(path), directive.legacyName, fate, {}});
}

void Checker::reportUnknown(const Directive& directive, const Section& section) {
    list(directive, pathOf(section, printable(directive.name, kMostOfName)), Fate::Unknown);
    if (findings_.full()) { // a suggestion costs time, and nobody would read it
        findings_.error(directive.location, "unknown directive");
        return;
    }
    const std::string hint = suggestionFor(section, directive.name);
    findings_.error(directive.location, fmt::format("unknown directive '{}' {}{}{}", printable(directive.name),
                                                    placeOf(section), hint.empty() ? "" : "; ", hint));
}

/// A guard that does not count would protect nothing, and nobody would know.
void Checker::reportDuplicate(const Directive& directive, const Section& section, const DirectiveRow& row,
                              const Directive& first) {
    const char* advice = row.type == ValueType::Urls ? "; put all URLs on one line, separated by blanks" : "";
    const std::string& name = directive.writtenName();
    list(directive, pathOf(section, directive.name), Fate::Ignored);
    // SRS's own files have blocks twice whose first counts; what guards must not stand in the other one.
    const Section* contents = childSection(section, row);
    if (guards(section, row) || (contents != nullptr && holdsGuard(directive, *contents)))
        findings_.error(directive.location, fmt::format("'{}' stands here twice, the first one is at {}; keep one{}",
                                                        name, first.location.text(), advice));
    else
        findings_.warning(directive.location, fmt::format("'{}' is ignored, the first one counts ({}){}", name,
                                                          first.location.text(), advice));
}

/// `mode`: whether it is listed.
Checker::Mode Checker::checkKnown(const Directive& directive, const Section& section, const DirectiveRow& row,
                                  Mode mode) {
    const bool isListed = mode == Mode::Everything;
    const bool isRefused = row.status == Status::Refused && directive.firstArg() == "on";
    const auto fate = row.status == Status::AcceptedNoEffect ? Fate::NoEffect : isRefused ? Fate::Refused : Fate::Works;
    if (isListed) list(directive, pathOf(section, directive.name), fate);
    if (row.status == Status::Works) checkShape(directive, section, row);
    if (isRefused)
        findings_.error(directive.location, fmt::format("'{} on': this file shows every directive and is not meant to "
                                                        "run; copy what you need into a file of your own",
                                                        directive.name));
    if (row.status != Status::AcceptedNoEffect) return mode;
    if (!isListed) return Mode::NamesOnly;
    findings_.noEffect(directive.location, fmt::format("'{}' has no effect yet", directive.writtenName()));
    if (withoutEffect_.size() < Findings::kLimit)
        withoutEffect_.push_back({directive.location, pathOf(section, directive.name)});
    return Mode::NamesOnly;
}

void Checker::tell(bool isError, const Directive& directive, std::string message) {
    if (isError)
        findings_.error(directive.location, std::move(message));
    else
        findings_.warning(directive.location, std::move(message));
}

/// After a directive whose ';' is missing, what follows becomes its words and its block. Nothing that guards may get
/// lost like that, whatever became of the directive.
void Checker::checkSwallowed(const Directive& directive, const Section& section, const DirectiveRow& row) {
    const auto forgotten = [&](const std::string& word) {
        findings_.error(directive.location, fmt::format("'{}' would take '{}' for a value; is there a ';' missing "
                                                        "before it?",
                                                        directive.writtenName(), printable(word)));
    };
    const bool isLostBlock = directive.hasBlock && row.type != ValueType::Block;
    const std::size_t own = isLostBlock ? 0 : static_cast<std::size_t>(row.maxArgs);
    for (std::size_t i = own; i < directive.args.size(); ++i)
        if (namesGuardingBlock(directive.args[i])) return forgotten(directive.args[i]);
    if (isLostBlock && holdsGuard(directive))
        findings_.error(directive.location, fmt::format("'{}' takes no block; what this one holds would guard nothing",
                                                        directive.writtenName()));
    if (!section.guards || row.maxArgs <= 1) return;
    for (const std::string& word : directive.args)
        if (row.type != ValueType::AddressRule && findRow(section, word) != nullptr) return forgotten(word);
}

/// A file in another encoding than UTF-8 looks right in an editor, and none of its names is what clients send: those of
/// such a vhost would come to the default one, with its rules and hooks.
void Checker::checkBytes(const Directive& directive, const DirectiveRow& row, bool isGuard) {
    const bool isName = row.type == ValueType::Block;
    for (const std::string& arg : directive.args) {
        if (base::toValidUtf8(arg) == arg) continue;
        tell(isName || isGuard, directive,
             fmt::format("'{}': {} is not in UTF-8, in which clients name things", directive.writtenName(),
                         isName ? fmt::format("the name '{}'", printable(arg)) : std::string("a value")));
        return;
    }
}

void Checker::checkShape(const Directive& directive, const Section& section, const DirectiveRow& row) {
    const std::string& name = directive.writtenName();
    const int args = static_cast<int>(directive.args.size());
    const bool isGuard = guards(section, row);
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
    checkBytes(directive, row, isGuard);
    if (args < row.minArgs) {
        const char* wanted = row.type == ValueType::Block ? "a name" : "a value";
        tell(isGuard, directive, fmt::format("'{}' has no effect without {}", name, wanted));
    } else if (args > row.maxArgs) {
        const bool nextLine = directive.lastLine > directive.location.line;
        tell(isGuard, directive,
             fmt::format("'{}' is ignored: '{}' takes {}{}",
                         row.isSecret ? std::string(base::kSecretMask)
                                      : printable(directive.args[static_cast<std::size_t>(row.maxArgs)]),
                         name,
                         row.maxArgs == 0               ? "a block only"
                         : row.type == ValueType::Block ? "one name only"
                                                        : "one value only",
                         nextLine ? "; is there a ';' missing at the end of the line?" : ""));
    }
    if (row.type == ValueType::Block && !directive.hasBlock)
        tell(isGuard, directive, fmt::format("'{}' sets nothing without a block {{ }}", name));
    if (row.type != ValueType::Block && directive.hasBlock)
        tell(isGuard, directive, fmt::format("'{}' takes no block, what it holds is ignored", name));
}

} // namespace hookcast::config
