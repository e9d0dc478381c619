#include "shared/HlsRules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace hookcast::support {

namespace {

constexpr double kRoundingS = 0.0006;      ///< durations are written in ms
constexpr std::int64_t kDateSlackMs = 100; ///< between a date and that of the segment before, its duration added
constexpr double kLeastOfPartTarget = 0.85;

template <typename... Values>
void complain(Violations& violations, fmt::format_string<Values...> form, Values&&... values) {
    violations.push_back(fmt::format(form, std::forward<Values>(values)...));
}

std::string pathOf(const std::string& uri) {
    return uri.substr(0, uri.find('?'));
}

void checkHead(const HlsPlaylist& playlist, Violations& violations) {
    if (!playlist.targetDurationS) complain(violations, "EXT-X-TARGETDURATION is missing");
    if (playlist.version < playlist.neededVersion)
        complain(violations, "version {} has no {}: it needs {}", playlist.version, playlist.neededBy,
                 playlist.neededVersion);
    if (playlist.type == "VOD" && !playlist.hasEnded) complain(violations, "a VOD has no EXT-X-ENDLIST");
    if (!playlist.type.empty() && playlist.mediaSequence != 0)
        complain(violations, "of a playlist of the type {} a segment was removed", playlist.type);
}

void checkSegment(const HlsPlaylist& playlist, const HlsSegment& segment, Violations& violations) {
    if (playlist.targetDurationS && std::lround(segment.durationS) > static_cast<long>(*playlist.targetDurationS))
        complain(violations, "segment {} is longer than the target duration: {} s, {} s", segment.sequence,
                 segment.durationS, *playlist.targetDurationS);
    const std::string path = pathOf(segment.uri);
    const bool isMp4 = path.ends_with(".m4s") || path.ends_with(".mp4");
    if (isMp4 && segment.map.empty()) complain(violations, "segment {} has no EXT-X-MAP", segment.sequence);
    if (path.ends_with(".ts") && !segment.map.empty())
        complain(violations, "segment {} is MPEG-TS and has an EXT-X-MAP", segment.sequence);
}

void checkNames(const HlsPlaylist& playlist, Violations& violations) {
    std::set<std::string> seen;
    const auto once = [&](const std::string& uri) {
        if (!uri.empty() && !seen.insert(uri).second) complain(violations, "a URI stands there twice: {}", uri);
    };
    for (const HlsSegment& segment : playlist.segments) {
        once(segment.uri);
        for (const HlsPart& part : segment.parts) once(part.uri);
    }
    if (!playlist.open) return;
    for (const HlsPart& part : playlist.open->parts) once(part.uri);
}

/// Apple wants them in what is live; each tells where its segment is on the calendar, and none contradicts another.
void checkDates(const HlsPlaylist& playlist, Violations& violations) {
    constexpr std::int64_t kUnknown = -1;
    std::int64_t expectedMs = kUnknown; // where the segment before ends
    std::int64_t beforeMs = kUnknown;
    for (const HlsSegment& segment : playlist.segments) {
        const std::int64_t dateMs = segment.dateMs.value_or(segment.isDiscontinuous ? kUnknown : expectedMs);
        if (segment.dateMs && expectedMs != kUnknown) {
            if (dateMs < beforeMs)
                complain(violations, "the date of segment {} goes back", segment.sequence);
            else if (!segment.isDiscontinuous && std::llabs(dateMs - expectedMs) > kDateSlackMs)
                complain(violations, "the date of segment {} is {} ms off", segment.sequence, dateMs - expectedMs);
        }
        beforeMs = dateMs;
        expectedMs = dateMs == kUnknown ? kUnknown : dateMs + std::llround(segment.durationS * 1000);
    }
    const bool isLive = !playlist.hasEnded && playlist.skipped == 0;
    if (isLive && !playlist.segments.empty() && !playlist.segments.front().dateMs)
        complain(violations, "the first segment of a live stream has no EXT-X-PROGRAM-DATE-TIME");
}

void checkParts(const HlsPlaylist& playlist, const HlsSegment& segment, bool isComplete, Violations& violations) {
    double sumS = 0;
    for (std::size_t i = 0; i < segment.parts.size(); ++i) {
        const HlsPart& part = segment.parts[i];
        sumS += part.durationS;
        if (playlist.partTargetS && part.durationS > *playlist.partTargetS + kRoundingS)
            complain(violations, "part {} of segment {} is longer than PART-TARGET: {} s", i, segment.sequence,
                     part.durationS);
        const bool mayBeShort = part.isGap || (isComplete && i + 1 == segment.parts.size());
        // The last one of a segment that is open may be its last.
        const bool isLastKnown = !isComplete && i + 1 == segment.parts.size();
        if (playlist.partTargetS && !mayBeShort && !isLastKnown &&
            part.durationS < kLeastOfPartTarget * *playlist.partTargetS - kRoundingS)
            complain(violations, "part {} of segment {} is shorter than 85% of PART-TARGET: {} s", i, segment.sequence,
                     part.durationS);
    }
    if (segment.parts.empty()) return;
    // A part says no more than PART-TARGET, though a gap in the stream has made it longer.
    const double slackS = kRoundingS * static_cast<double>(segment.parts.size() + 1) +
                          (1 - kLeastOfPartTarget) * playlist.partTargetS.value_or(0);
    if (isComplete && std::abs(sumS - segment.durationS) > slackS)
        complain(violations, "the parts of segment {} are {} s, and it is {} s", segment.sequence, sumS,
                 segment.durationS);
    if (playlist.hasIndependentSegments && !segment.parts.front().isIndependent)
        complain(violations, "the first part of segment {} is not INDEPENDENT", segment.sequence);
}

void checkControl(const HlsPlaylist& playlist, const HlsAttributes& control, Violations& violations) {
    const auto targetS = static_cast<double>(playlist.targetDurationS.value_or(0));
    const auto holdBack = control.number("HOLD-BACK");
    if (control.has("HOLD-BACK") && (!holdBack || *holdBack < 3 * targetS))
        complain(violations, "HOLD-BACK is less than three target durations");
    const auto skipUntil = control.number("CAN-SKIP-UNTIL");
    if (control.has("CAN-SKIP-UNTIL") && (!skipUntil || *skipUntil < 6 * targetS))
        complain(violations, "CAN-SKIP-UNTIL is less than six target durations");
    if (control.has("CAN-SKIP-DATERANGES") && !skipUntil)
        complain(violations, "CAN-SKIP-DATERANGES stands there without CAN-SKIP-UNTIL");
    if (control.has("CAN-BLOCK-RELOAD") && !control.isYes("CAN-BLOCK-RELOAD"))
        complain(violations, "CAN-BLOCK-RELOAD is not YES");
    if (!playlist.partTargetS) return;
    const auto partHoldBack = control.number("PART-HOLD-BACK");
    if (!partHoldBack || *partHoldBack < 3 * *playlist.partTargetS - kRoundingS)
        complain(violations, "PART-HOLD-BACK is less than three times PART-TARGET");
    if (!control.isYes("CAN-BLOCK-RELOAD"))
        complain(violations, "a playlist with parts has to have CAN-BLOCK-RELOAD=YES");
}

void checkHints(const HlsPlaylist& playlist, Violations& violations) {
    std::set<std::string> types;
    for (const HlsAttributes& hint : playlist.preloadHints) {
        const std::string type = hint.text("TYPE");
        const std::string uri = hint.text("URI");
        if (type != "PART" && type != "MAP") complain(violations, "EXT-X-PRELOAD-HINT has no TYPE that is known");
        if (!types.insert(type).second) complain(violations, "two EXT-X-PRELOAD-HINT have the type {}", type);
        if (!hint.isQuoted("URI") || uri.empty()) complain(violations, "EXT-X-PRELOAD-HINT has no URI");
        const auto isIt = [&uri](const HlsPart& part) { return part.uri == uri; };
        const bool isThere =
            std::ranges::any_of(playlist.segments, [&](const auto& s) { return std::ranges::any_of(s.parts, isIt); }) ||
            (playlist.open && std::ranges::any_of(playlist.open->parts, isIt));
        if (isThere) complain(violations, "EXT-X-PRELOAD-HINT names a part that is there already: {}", uri);
    }
    if (playlist.hasEnded && !playlist.preloadHints.empty())
        complain(violations, "what has ended has an EXT-X-PRELOAD-HINT");
    if (playlist.open && !playlist.hasEnded && !types.contains("PART"))
        complain(violations, "a live playlist with parts has no EXT-X-PRELOAD-HINT of the next");
}

void checkReports(const HlsPlaylist& playlist, Violations& violations) {
    for (const HlsAttributes& report : playlist.renditionReports) {
        const std::string uri = report.text("URI");
        if (!report.isQuoted("URI") || uri.empty()) complain(violations, "EXT-X-RENDITION-REPORT has no URI");
        if (uri.find("://") != std::string::npos)
            complain(violations, "EXT-X-RENDITION-REPORT's URI is not relative: {}", uri);
        if (!hlsInteger(report.text("LAST-MSN"))) complain(violations, "EXT-X-RENDITION-REPORT has no LAST-MSN");
        if (playlist.partTargetS && !hlsInteger(report.text("LAST-PART")))
            complain(violations, "EXT-X-RENDITION-REPORT has no LAST-PART");
    }
}

void checkLowLatency(const HlsPlaylist& playlist, Violations& violations) {
    bool hasParts = playlist.open.has_value();
    double behindS = 0;
    if (playlist.open)
        for (const HlsPart& part : playlist.open->parts) behindS += part.durationS;
    const auto targetS = static_cast<double>(playlist.targetDurationS.value_or(0));
    for (auto segment = playlist.segments.rbegin(); segment != playlist.segments.rend(); ++segment) {
        hasParts = hasParts || !segment->parts.empty();
        // What ended just there may still have them.
        if (!segment->parts.empty() && behindS > 3 * targetS)
            complain(violations, "segment {} is more than three target durations old, and still has parts",
                     segment->sequence);
        behindS += segment->durationS;
        checkParts(playlist, *segment, true, violations);
    }
    if (playlist.open) checkParts(playlist, *playlist.open, false, violations);
    if (hasParts && !playlist.partTargetS) complain(violations, "there are parts, and no EXT-X-PART-INF");
    if (playlist.partTargetS && !playlist.serverControl)
        complain(violations, "a playlist with parts has no EXT-X-SERVER-CONTROL");
    if (playlist.hasEnded && playlist.open) complain(violations, "what has ended has a segment that is not complete");
    if (playlist.serverControl) checkControl(playlist, *playlist.serverControl, violations);
    checkHints(playlist, violations);
    checkReports(playlist, violations);
    if (playlist.skipped == 0) return;
    if (!playlist.serverControl || !playlist.serverControl->has("CAN-SKIP-UNTIL"))
        complain(violations, "there is EXT-X-SKIP, and no CAN-SKIP-UNTIL");
}

} // namespace

Violations checkHlsPlaylist(const HlsPlaylist& playlist) {
    Violations violations;
    checkHead(playlist, violations);
    for (const HlsSegment& segment : playlist.segments) checkSegment(playlist, segment, violations);
    if (playlist.open && playlist.open->map.empty() && !playlist.open->parts.empty() &&
        !pathOf(playlist.open->parts.front().uri).ends_with(".ts"))
        complain(violations, "segment {} has no EXT-X-MAP", playlist.open->sequence);
    checkNames(playlist, violations);
    checkDates(playlist, violations);
    checkLowLatency(playlist, violations);
    return violations;
}

Violations checkHlsPlaylist(const std::string& text) {
    Violations violations;
    const HlsPlaylist playlist = parseHlsPlaylist(text, violations);
    for (std::string& violation : checkHlsPlaylist(playlist)) violations.push_back(std::move(violation));
    return violations;
}

std::string joined(const Violations& violations) {
    std::string text;
    for (const std::string& violation : violations) text += violation + "\n";
    return text;
}

} // namespace hookcast::support
