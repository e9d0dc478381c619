#include "files/RecordedFiles.h"

#include "config/HlsFiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::files {

namespace {

constexpr const char* kRecording = "a recording";
constexpr const char* kDvrPath = "dvr_path";
constexpr const char* kHlsFile = "a file of HLS";
constexpr const char* kHlsPath = "hls_path";

} // namespace

RecordedFiles::RecordedFiles(const config::Config& config, const RecordedFiles* earlier) {
    for (const auto& vhost : config.vhosts)
        if (vhost->mayHaveRecordings())
            add(config, {kRecording,
                         kDvrPath,
                         vhost->name,
                         config::RecordingPattern(vhost->dvr.path, vhost->name, vhost->dvr.timeZone),
                         {}});
    for (const auto& vhost : config.vhosts)
        for (config::RecordingPattern& pattern : config::hlsFiles(*vhost))
            add(config, {kHlsFile, kHlsPath, vhost->name, std::move(pattern), {}});
    if (earlier == nullptr) return;
    for (const Rule& rule : earlier->rules_) add(config, rule);
}

void RecordedFiles::add(const config::Config& config, Rule rule) {
    const auto isSame = [&](const Rule& other) {
        return other.vhostName == rule.vhostName && other.pattern == rule.pattern;
    };
    if (std::ranges::any_of(rules_, isSame)) return;
    const auto isIt = [&](const auto& vhost) { return vhost->name == rule.vhostName && vhost->enabled; };
    const auto found = std::ranges::find_if(config.vhosts, isIt);
    rule.vhost = found == config.vhosts.end() ? nullptr : *found;
    rules_.push_back(std::move(rule));
}

bool RecordedFiles::mayBeCalled(std::string_view name) const {
    return std::ranges::any_of(rules_, [name](const Rule& rule) { return name.ends_with(rule.pattern.ending()); });
}

std::optional<RecordedFiles::Claim> RecordedFiles::find(const std::string& realPath) const {
    std::optional<Claim> claim;
    for (const Rule& rule : rules_) {
        const auto match = rule.pattern.match(realPath);
        if (!match) continue;
        if (!match->stream)
            return Claim{nullptr, {}, fmt::format("{}, and {} does not tell of which stream", rule.what, rule.toldBy)};
        if (rule.vhost == nullptr)
            return Claim{
                nullptr, {}, fmt::format("{} of '{}', which is not served any more", rule.what, rule.vhostName)};
        if (claim && (claim->vhost != rule.vhost || claim->stream != *match->stream))
            return Claim{
                nullptr, {}, fmt::format("{}, and more than one {} could have made it", rule.what, rule.toldBy)};
        claim = Claim{rule.vhost, *match->stream, {}, match->beganUnixMs};
    }
    return claim;
}

} // namespace hookcast::files
