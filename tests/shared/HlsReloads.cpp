#include "shared/HlsRules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace hookcast::support {

namespace {

template <typename... Values>
void complain(Violations& violations, fmt::format_string<Values...> form, Values&&... values) {
    violations.push_back(fmt::format(form, std::forward<Values>(values)...));
}

/// One segment as two answers tell it. What was open may have got further parts, and what is old may have lost them.
void compare(const HlsSegment& before, const HlsSegment& now, Violations& violations) {
    const auto changed = [&](bool isSame, const char* what) {
        if (!isSame) complain(violations, "segment {}: its {} changed", now.sequence, what);
    };
    const bool wasComplete = !before.uri.empty();
    const bool isComplete = !now.uri.empty();
    if (wasComplete && !isComplete) complain(violations, "segment {} is not complete any more", now.sequence);
    if (wasComplete && isComplete) {
        changed(before.uri == now.uri, "URI");
        changed(before.durationS == now.durationS, "duration");
    }
    if (before.dateMs && now.dateMs) changed(*before.dateMs == *now.dateMs, "date");
    changed(before.isDiscontinuous == now.isDiscontinuous, "EXT-X-DISCONTINUITY");
    changed(before.discontinuities == now.discontinuities, "discontinuity sequence number");
    changed(before.map == now.map, "EXT-X-MAP");
    changed(before.key == now.key, "EXT-X-KEY");
    const bool lostParts = wasComplete && now.parts.empty();
    if (lostParts || before.parts.empty()) return;
    const bool isContinued = now.parts.size() >= before.parts.size() &&
                             std::equal(before.parts.begin(), before.parts.end(), now.parts.begin());
    changed(isContinued && (!wasComplete || now.parts.size() == before.parts.size()), "parts");
}

/// A segment by its number, complete or not; null where it is not listed.
const HlsSegment* find(const HlsPlaylist& playlist, std::uint64_t sequence) {
    for (const HlsSegment& segment : playlist.segments)
        if (segment.sequence == sequence) return &segment;
    return playlist.open && playlist.open->sequence == sequence ? &*playlist.open : nullptr;
}

/// The first part of `now` that `before` did not have; null where there is none, or it cannot be told.
const HlsPart* firstNewPart(const HlsPlaylist& before, const HlsPlaylist& now) {
    const std::uint64_t sequence = before.nextSequence();
    const std::size_t known = before.open ? before.open->parts.size() : 0;
    const HlsSegment* segment = find(now, sequence);
    if (segment == nullptr || segment->parts.empty()) return nullptr;
    if (segment->parts.size() > known) return &segment->parts[known];
    const HlsSegment* next = segment->uri.empty() ? nullptr : find(now, sequence + 1);
    return next == nullptr || next->parts.empty() ? nullptr : &next->parts.front();
}

void compareHints(const HlsPlaylist& before, const HlsPlaylist& now, Violations& violations) {
    const HlsPart* part = firstNewPart(before, now);
    if (part == nullptr) return;
    for (const HlsAttributes& hint : before.preloadHints)
        if (hint.text("TYPE") == "PART" && hint.text("URI") != part->uri)
            complain(violations, "the next part was to be {}, and is {}", hint.text("URI"), part->uri);
}

void compareHeads(const HlsPlaylist& before, const HlsPlaylist& now, Violations& violations) {
    if (now.targetDurationS != before.targetDurationS) complain(violations, "the target duration changed");
    if (now.partTargetS != before.partTargetS) complain(violations, "PART-TARGET changed");
    if (now.mediaSequence < before.mediaSequence) complain(violations, "the media sequence number fell");
    if (now.discontinuitySequence < before.discontinuitySequence)
        complain(violations, "the discontinuity sequence number fell");
    if (now.nextSequence() < before.nextSequence()) complain(violations, "segments at the end went away");
    if (before.hasEnded && (!now.hasEnded || now.nextSequence() != before.nextSequence()))
        complain(violations, "what had ended went on");
    // RFC 8216, 6.2.2: what is left may not be too short for a player to begin with.
    const auto targetS = static_cast<double>(now.targetDurationS.value_or(0));
    if (now.mediaSequence > before.mediaSequence && !now.hasEnded && now.skipped == 0 && now.durationS() < 3 * targetS)
        complain(violations, "a segment was removed, and less than three target durations are left");
}

} // namespace

Violations HlsReloads::look(const std::string& text) {
    Violations violations;
    HlsPlaylist now = parseHlsPlaylist(text, violations);
    for (std::string& violation : checkHlsPlaylist(now)) violations.push_back(std::move(violation));
    if (last_) {
        compareHeads(*last_, now, violations);
        for (const HlsSegment& segment : now.segments)
            if (const HlsSegment* before = find(*last_, segment.sequence)) compare(*before, segment, violations);
        if (now.open)
            if (const HlsSegment* before = find(*last_, now.open->sequence)) compare(*before, *now.open, violations);
        if (now.mediaSequence > last_->nextSequence())
            complain(violations, "segments came and went between two answers: {} to {}", last_->nextSequence(),
                     now.mediaSequence - 1);
        compareHints(*last_, now, violations);
    }
    last_ = std::move(now);
    return violations;
}

void HlsReloads::goOn() {
    if (last_) last_->hasEnded = false;
}

Violations checkHlsDelta(const std::string& delta, const std::string& full) {
    Violations violations;
    const HlsPlaylist update = parseHlsPlaylist(delta, violations);
    const HlsPlaylist whole = parseHlsPlaylist(full, violations);
    for (std::string& violation : checkHlsPlaylist(update)) violations.push_back(std::move(violation));
    compareHeads(whole, update, violations);
    if (update.skipped == 0) complain(violations, "a delta update has no EXT-X-SKIP");
    if (update.mediaSequence != whole.mediaSequence) complain(violations, "its media sequence number is another");
    if (update.nextSequence() != whole.nextSequence())
        complain(violations, "it leaves out so many segments that numbers shift");
    for (const HlsSegment& segment : update.segments) {
        const HlsSegment* known = find(whole, segment.sequence);
        if (known == nullptr) continue;
        HlsSegment expected = *known;
        // What applies to segments that are left out is not repeated for those behind them.
        expected.discontinuities = segment.discontinuities;
        if (segment.map.empty()) expected.map.clear();
        if (segment.key.empty()) expected.key.clear();
        compare(expected, segment, violations);
    }
    // RFC 8216bis, 4.4.5.2: only what is further back than the skip boundary.
    const auto control = whole.serverControl.value_or(HlsAttributes());
    double keptS = 0;
    for (const HlsSegment& segment : update.segments) keptS += segment.durationS;
    if (const auto boundaryS = control.number("CAN-SKIP-UNTIL"); boundaryS && keptS < *boundaryS - 0.001)
        complain(violations, "it leaves out segments that are newer than CAN-SKIP-UNTIL");
    return violations;
}

} // namespace hookcast::support
