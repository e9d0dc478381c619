#include "files/RecordedFiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::files {

RecordedFiles::RecordedFiles(const config::Config& config, const RecordedFiles* earlier) {
    for (const auto& vhost : config.vhosts)
        if (vhost->mayHaveRecordings())
            add(config, vhost->name, config::RecordingPattern(vhost->dvr.path, vhost->name));
    if (earlier == nullptr) return;
    for (const Rule& rule : earlier->rules_) add(config, rule.vhostName, rule.pattern);
}

void RecordedFiles::add(const config::Config& config, const std::string& vhostName, config::RecordingPattern pattern) {
    const auto isSame = [&](const Rule& rule) { return rule.vhostName == vhostName && rule.pattern == pattern; };
    if (std::ranges::any_of(rules_, isSame)) return;
    const auto isIt = [&](const auto& vhost) { return vhost->name == vhostName && vhost->enabled; };
    const auto found = std::ranges::find_if(config.vhosts, isIt);
    rules_.push_back({vhostName, std::move(pattern), found == config.vhosts.end() ? nullptr : *found});
}

bool RecordedFiles::mayBeCalled(std::string_view name) const {
    return std::ranges::any_of(rules_, [name](const Rule& rule) { return name.ends_with(rule.pattern.ending()); });
}

std::optional<RecordedFiles::Claim> RecordedFiles::find(const std::string& realPath) const {
    std::optional<Claim> claim;
    for (const Rule& rule : rules_) {
        const auto match = rule.pattern.match(realPath);
        if (!match) continue;
        if (!match->stream) return Claim{nullptr, {}, "a recording, and dvr_path does not tell of which stream"};
        if (rule.vhost == nullptr)
            return Claim{nullptr, {}, fmt::format("a recording of '{}', which is not served any more", rule.vhostName)};
        if (claim && (claim->vhost != rule.vhost || claim->stream != *match->stream))
            return Claim{nullptr, {}, "a recording, and more than one dvr_path could have made it"};
        claim = Claim{rule.vhost, *match->stream, {}};
    }
    return claim;
}

} // namespace hookcast::files
