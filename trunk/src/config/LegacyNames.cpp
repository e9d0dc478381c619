#include "config/LegacyNames.h"

#include "config/DirectiveTable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

Directive& childBlock(Directive& parent, std::string_view name, const SourceLocation& where) {
    if (Directive* found = parent.find(name)) {
        found->hasBlock = true;
        return *found;
    }
    Directive block;
    block.name = name;
    block.location = where;
    block.hasBlock = true;
    return parent.children.emplace_back(std::move(block));
}

/// Takes the directives of `block` that the table moves elsewhere out of it.
std::vector<Directive> takeMoved(Directive& block, const Section& section) {
    const auto moves = [&section](const Directive& child) {
        const DirectiveRow* row = findRow(section, child.name);
        return row != nullptr && !row->movedTo.empty();
    };
    const auto firstMoved = std::stable_partition(block.children.begin(), block.children.end(),
                                                  [&moves](const Directive& child) { return !moves(child); });
    std::vector<Directive> moved(std::make_move_iterator(firstMoved), std::make_move_iterator(block.children.end()));
    block.children.erase(firstMoved, block.children.end());
    return moved;
}

void moveWithinVhost(Directive& vhost, Directive directive, std::string_view target, Findings& findings) {
    const std::size_t dot = target.find('.');
    Directive& block = childBlock(vhost, target.substr(0, dot), directive.location);
    directive.legacyName = std::exchange(directive.name, std::string(target.substr(dot + 1)));
    Directive* modern = block.find(directive.name);
    if (modern == nullptr) {
        block.children.push_back(std::move(directive));
        return;
    }
    findings.warning(modern->location, fmt::format("'{}' is ignored: '{}' at {} beats it", modern->writtenName(),
                                                   directive.legacyName, directive.location.text()));
    *modern = std::move(directive);
}

void rewriteVhost(Directive& vhost, const Section& section, Findings& findings) {
    for (Directive& directive : takeMoved(vhost, section)) {
        const DirectiveRow* row = findRow(section, directive.name);
        const std::string_view target = row->movedTo.substr(section.context.size() + 1);
        moveWithinVhost(vhost, std::move(directive), target, findings);
    }
}

void rewriteRtmp(Directive& root, const Section& section, Findings& findings) {
    Directive* rtmp = root.find(section.context);
    if (rtmp == nullptr) return;
    for (Directive& directive : takeMoved(*rtmp, section)) {
        const DirectiveRow* row = findRow(section, directive.name);
        const Directive* winner = root.find(row->movedTo);
        if (winner != nullptr) {
            findings.warning(directive.location, fmt::format("'{}' is ignored: the one at {} beats it", directive.name,
                                                             winner->location.text()));
            continue;
        }
        root.children.push_back(std::move(directive));
    }
}

} // namespace

void rewriteLegacyNames(Directive& root, Findings& findings) {
    if (const Section* rtmp = findSection("rtmp")) rewriteRtmp(root, *rtmp, findings);
    const Section* vhostSection = findSection("vhost");
    if (vhostSection == nullptr) return;
    for (Directive& child : root.children)
        if (child.name == vhostSection->context) rewriteVhost(child, *vhostSection, findings);
}

} // namespace hookcast::config
