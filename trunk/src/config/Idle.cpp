#include "config/Idle.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hookcast::config {

namespace {

constexpr const char* kEnabled = "enabled";
constexpr const char* kMode = "mode";

/// As SRS reads a switch: what is neither on nor off is the default.
bool isOff(const DirectiveRow& row, std::string_view word) {
    if (row.type == ValueType::OffSwitch) return word != "on";
    return row.type == ValueType::OnSwitch && word == "off";
}

bool isOffBlock(const Directive& block, const Section& contents, bool isCertain) {
    const DirectiveRow* row = findRow(contents, kEnabled);
    if (row == nullptr) return false;
    if (const Directive* enabled = block.find(kEnabled))
        return isCertain ? enabled->firstArg() == "off" : isOff(*row, enabled->firstArg());
    const bool isOldForm = !block.hasBlock && !block.args.empty(); // forward HOST;
    return !isCertain && !isOldForm && row->type == ValueType::OffSwitch;
}

/// An edge, or one of several origins.
bool isOfCluster(const Directive& cluster) {
    return cluster.says(kMode, "remote") || cluster.says("origin_cluster", "on");
}

/// Up to SRS 2, what is in `cluster` now stood in the vhost.
bool isIdleOfCluster(const Directive& vhost, const Directive& directive) {
    constexpr std::array<std::string_view, 5> kOldNames = {kMode, "origin", "token_traverse", "vhost",
                                                           "debug_srs_upnode"};
    if (directive.name == "cluster") return !isOfCluster(directive);
    return std::ranges::find(kOldNames, directive.name) != kOldNames.end() && !vhost.says(kMode, "remote");
}

} // namespace

bool isIdle(const Directive& block, const Directive& directive, const Section& section, const DirectiveRow& row) {
    const bool hasEffect = row.status != Status::AcceptedNoEffect;
    if (row.type == ValueType::Block) {
        const Section* contents = childSection(section, row);
        if (contents != nullptr && isOffBlock(directive, *contents, hasEffect)) return true;
    }
    if (hasEffect) return false;
    if (section.context == "vhost" && isIdleOfCluster(block, directive)) return true;
    return isIdleSwitch(row, directive.firstArg());
}

bool isIdleSwitch(const DirectiveRow& row, std::string_view word) {
    // Off, these keep SRS from what is done here in any case.
    const bool isDoneAnyway = row.name == "srt_to_rtmp" || row.name == "rtmp_to_rtsp";
    return row.status == Status::AcceptedNoEffect && !isDoneAnyway && isOff(row, word);
}

} // namespace hookcast::config
