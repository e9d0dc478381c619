#include "config/LegacyNames.h"

#include "config/DirectiveTable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

constexpr const char* kRefer = "refer";

Directive& childBlock(Directive& parent, std::string_view name, const SourceLocation& where) {
    if (Directive* found = parent.find(name)) {
        found->hasBlock = true;
        return *found;
    }
    Directive block;
    block.name = name;
    block.location = where;
    block.hasBlock = true;
    block.isImplied = true;
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

/// `moved`: old spellings, in the order of the file, of what belongs into `block` now.
void moveInto(Directive& block, std::vector<Directive> moved, Findings& findings) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < block.children.size(); ++i) places.try_emplace(block.children[i].name, i);
    for (Directive& directive : moved) {
        const auto [place, isNew] = places.try_emplace(directive.name, block.children.size());
        if (isNew) {
            block.children.push_back(std::move(directive));
            continue;
        }
        Directive& loser = block.children[place->second];
        if (block.name == kRefer)
            findings.error(loser.location,
                           fmt::format("'{}' and '{}' at {} are the same; keep one", loser.writtenName(),
                                       directive.legacyName, directive.location.text()));
        else
            findings.warning(loser.location, fmt::format("'{}' is ignored: '{}' at {} beats it", loser.writtenName(),
                                                         directive.legacyName, directive.location.text()));
        loser = std::move(directive);
    }
}

Directive made(std::string name, std::vector<std::string> args, const SourceLocation& where) {
    Directive directive;
    directive.name = std::move(name);
    directive.args = std::move(args);
    directive.location = where;
    return directive;
}

/// `refer a b;` of SRS 1 and 2 is `refer { enabled on; all a b; }`.
void rewriteRefer(Directive& vhost, Findings& findings) {
    Directive* refer = vhost.find(kRefer);
    if (refer == nullptr || refer->args.empty()) return;
    if (refer->hasBlock) {
        findings.error(refer->location, "'refer' has both sites and a block; name the sites in the block: all, play or "
                                        "publish");
        return;
    }
    refer->hasBlock = true;
    refer->children.push_back(made("enabled", {"on"}, refer->location));
    refer->children.back().isImplied = true;
    refer->children.push_back(made("all", std::exchange(refer->args, {}), refer->location));
    refer->children.back().legacyName = kRefer;
}

/// An old name of a whole block; the modern one beats it.
void renameBlock(Directive& vhost, Directive block, std::string_view modernName, Findings& findings) {
    if (const Directive* winner = vhost.find(modernName)) {
        findings.warning(block.location, fmt::format("'{}' is ignored: '{}' at {} beats it", block.name, modernName,
                                                     winner->location.text()));
        return;
    }
    block.legacyName = std::exchange(block.name, std::string(modernName));
    vhost.children.push_back(std::move(block));
}

using MovedByBlock = std::map<std::string_view, std::vector<Directive>>;

/// Takes what `block`, the vhost or a block in it, holds under old spellings out of it.
void collectMoved(Directive& vhost, Directive& block, const Section& section, MovedByBlock& byBlock,
                  Findings& findings) {
    constexpr std::string_view kPrefix = "vhost.";
    for (Directive& directive : takeMoved(block, section)) {
        const std::string_view target = findRow(section, directive.name)->movedTo.substr(kPrefix.size());
        const std::size_t dot = target.find('.');
        if (dot == std::string_view::npos) {
            renameBlock(vhost, std::move(directive), target, findings);
            continue;
        }
        directive.legacyName = std::exchange(directive.name, std::string(target.substr(dot + 1)));
        byBlock[target.substr(0, dot)].push_back(std::move(directive));
    }
}

void rewriteVhost(Directive& vhost, const Section& section, Findings& findings) {
    rewriteRefer(vhost, findings);
    MovedByBlock byBlock;
    if (const Section* mergedRead = findSection("vhost.mr"))
        if (Directive* block = vhost.find("mr")) collectMoved(vhost, *block, *mergedRead, byBlock, findings);
    collectMoved(vhost, vhost, section, byBlock, findings);
    for (auto& [name, moved] : byBlock) {
        Directive& block = childBlock(vhost, name, moved.front().location);
        moveInto(block, std::move(moved), findings);
        // There was no switch when refer_play and refer_publish were written.
        if (name == kRefer && block.find("enabled") == nullptr)
            block.children.push_back(made("enabled", {"on"}, block.location));
    }
}

/// Moves `directive`, which has another place at the top level, there, unless its modern spelling stands there.
void moveToTop(Directive& root, Directive directive, std::string_view modernName, Findings& findings) {
    if (const Directive* winner = root.find(modernName)) {
        findings.warning(directive.location, fmt::format("'{}' is ignored: the one at {} beats it", directive.name,
                                                         winner->location.text()));
        return;
    }
    if (directive.name != modernName) directive.legacyName = std::exchange(directive.name, std::string(modernName));
    root.children.push_back(std::move(directive));
}

void rewriteTop(Directive& root, const Section& section, Findings& findings) {
    for (Directive& directive : takeMoved(root, section)) {
        const DirectiveRow* row = findRow(section, directive.name);
        moveToTop(root, std::move(directive), row->movedTo, findings);
    }
}

void rewriteRtmp(Directive& root, const Section& section, Findings& findings) {
    Directive* rtmp = root.find(section.context);
    if (rtmp == nullptr) return;
    for (Directive& directive : takeMoved(*rtmp, section)) {
        const DirectiveRow* row = findRow(section, directive.name);
        moveToTop(root, std::move(directive), row->movedTo, findings);
    }
}

/// Old spellings of directives that have stayed where they were; the modern spelling beats them.
void rewriteInPlace(Directive& root, const Section& section, Findings& findings) {
    Directive* block = root.find(section.context);
    if (block == nullptr) return;
    for (Directive& directive : takeMoved(*block, section)) {
        const std::string_view name = findRow(section, directive.name)->movedTo.substr(section.context.size() + 1);
        if (const Directive* winner = block->find(name)) {
            findings.warning(directive.location, fmt::format("'{}' is ignored: '{}' at {} beats it", directive.name,
                                                             name, winner->location.text()));
            continue;
        }
        directive.legacyName = std::exchange(directive.name, std::string(name));
        block->children.push_back(std::move(directive));
    }
}

} // namespace

void rewriteLegacyNames(Directive& root, Findings& findings) {
    if (const Section* srt = findSection("srt_server")) rewriteInPlace(root, *srt, findings);
    if (const Section* top = findSection("")) rewriteTop(root, *top, findings);
    if (const Section* rtmp = findSection("rtmp")) rewriteRtmp(root, *rtmp, findings);
    const Section* vhostSection = findSection("vhost");
    if (vhostSection == nullptr) return;
    for (Directive& child : root.children)
        if (child.name == vhostSection->context) rewriteVhost(child, *vhostSection, findings);
}

} // namespace hookcast::config
