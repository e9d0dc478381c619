#include "hls/SegmentNames.h"

#include "config/HlsFiles.h"
#include "hub/NameVariables.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::string_view kSequence = "[seq]";
constexpr std::string_view kDuration = "[duration]";
constexpr std::string_view kTimestamp = "[timestamp]";

base::Result<void> checked(const hooks::StreamKey& key, std::string_view name) {
    // A slash in a variable's value is a folder, which the application's name may have.
    for (const std::string* part : {&key.vhost, &key.app, &key.stream})
        if (!hub::isSafeFileName(*part)) return base::Error{"the stream's name cannot be one of a file"};
    if (!hub::isSafeFileName(name)) return base::Error{"the name of its files cannot be one"};
    return {};
}

} // namespace

SegmentNames::SegmentNames(std::string segments, std::string inits, hooks::StreamKey key, Terms terms)
    : segments_(std::move(segments)), inits_(std::move(inits)), key_(std::move(key)), terms_(terms) {}

base::Result<SegmentNames> SegmentNames::create(const config::HlsConfig& hls, const hooks::StreamKey& key,
                                                Terms terms) {
    const std::string segments(config::relativePattern(terms.container == Container::Ts ? hls.tsFile : hls.fmp4File));
    SegmentNames names(config::distinctPattern(segments), config::tellingPattern(config::relativePattern(hls.initFile)),
                       key, terms);
    SegmentNames probe = names;
    for (const std::string& name : {probe.segment(UINT64_MAX, 0, 0), probe.init(1, 0)})
        if (const auto good = checked(key, name); !good) return good.error();
    return names;
}

std::string SegmentNames::segment(std::uint64_t sequence, std::int64_t startUnixMs, std::int64_t durationMs) {
    hub::Variables variables = hub::variablesOf(key_, startUnixMs, terms_.timeZone);
    variables.emplace_back(kSequence, std::to_string(sequence));
    variables.emplace_back(kDuration, std::to_string(durationMs));
    if (terms_.floorMs > 0) {
        // Two segments may begin in one period.
        latestFloor_ = std::max(startUnixMs / terms_.floorMs, latestFloor_ + 1);
        const auto timestamp =
            std::ranges::find_if(variables, [](const auto& variable) { return variable.first == kTimestamp; });
        if (timestamp != variables.end()) timestamp->second = std::to_string(latestFloor_);
    }
    return hub::replaceVariables(segments_, variables);
}

std::string SegmentNames::init(std::uint64_t number, std::int64_t startUnixMs) const {
    hub::Variables variables = hub::variablesOf(key_, startUnixMs, terms_.timeZone);
    variables.emplace_back(kSequence, std::to_string(number));
    variables.emplace_back(kDuration, "0");
    const bool isDistinct =
        number == 0 || config::hasVariable(inits_, kSequence) || config::hasVariable(inits_, kTimestamp);
    return hub::replaceVariables(isDistinct ? inits_ : config::withBeforeEnding(inits_, "-" + std::to_string(number)),
                                 variables);
}

base::Result<std::string> playlistName(std::string_view pattern, const hooks::StreamKey& key) {
    std::string name =
        hub::replaceVariables(config::relativePattern(pattern), hub::variablesOf(key, 0, base::TimeZone::Utc));
    if (const auto good = checked(key, name); !good) return good.error();
    return name;
}

} // namespace hookcast::hls
