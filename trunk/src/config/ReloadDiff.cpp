#include "config/ReloadDiff.h"

#include "config/DirectiveTable.h"
#include "config/ValueText.h"

#include <algorithm>

namespace hookcast::config {

namespace {

/// Of one block and those in it, the repeatable ones aside, which all count at once.
void compare(const Section& section, Config& before, Config& after, std::vector<std::string>& untilRestart) {
    VhostConfig unused;
    for (const DirectiveRow& row : section.rows) {
        if (row.status != Status::Works || row.repeatable) continue;
        if (const Section* contents = childSection(section, row))
            compare(*contents, before, after, untilRestart);
        else if (row.atStart && valueTexts(row, {before, unused}) != valueTexts(row, {after, unused}))
            untilRestart.push_back(pathOf(section, row.name));
    }
}

} // namespace

ReloadDiff reloadDiff(const Config& before, const Config& after) {
    ReloadDiff diff;
    Config old = before; // the fields of the table are for writing too
    auto config = std::make_shared<Config>(after);
    if (const Section* root = findSection("")) compare(*root, old, *config, diff.untilRestart);
    for (std::shared_ptr<const VhostConfig>& vhost : config->vhosts) {
        const auto isSame = [&vhost](const auto& known) { return *known == *vhost; };
        const auto found = std::ranges::find_if(before.vhosts, isSame);
        if (found != before.vhosts.end()) vhost = *found;
    }
    diff.config = std::move(config);
    return diff;
}

} // namespace hookcast::config
