#include "hls/DashText.h"

#include "base/PercentEncoding.h"
#include "base/TimeZone.h"
#include "hls/NumberedNames.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <span>
#include <string_view>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kUsPerMs = 1000;
constexpr std::int64_t kMsPerS = 1000;
constexpr std::int64_t kDelayFragments = 3;
constexpr std::string_view kNumber = "$Number$";

using Segments = std::span<const SegmentPtr>;

std::string seconds(std::int64_t ms) {
    return fmt::format("PT{:.3f}S", static_cast<double>(ms) / kMsPerS);
}

std::string date(std::int64_t unixMs) {
    const std::tm utc = base::calendarOf(unixMs / kMsPerS, base::TimeZone::Utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                       utc.tm_hour, utc.tm_min, utc.tm_sec, unixMs % kMsPerS);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char one : text) {
        switch (one) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += one;
        }
    }
    return out;
}

std::string urlOf(const ManifestTerms& terms, const std::string& encodedName) {
    return escaped(terms.prefix + encodedName + (terms.query.empty() ? "" : "?" + terms.query));
}

/// The names of all `segments`, with their number as a variable; none where that does not give each of them, or might
/// not give the next one.
std::optional<std::string> templateOf(Segments segments, const std::string& pattern) {
    const auto pieces = piecesAroundNumber(pattern, segments);
    if (!pieces) return std::nullopt;
    std::string names = base::percentEncodedPath(pieces->front());
    for (std::size_t i = 1; i < pieces->size(); ++i)
        names += std::string(kNumber) + base::percentEncodedPath((*pieces)[i]);
    return names;
}

/// The newest, as many as the manifest is long, that can be said when they are.
Segments listed(const WindowView& view, const ManifestTerms& terms) {
    const std::size_t most = std::max<std::size_t>(terms.dash.windowSegments, 1);
    std::size_t first = view.segments.size();
    while (first > 0 && view.segments.size() - first < most) {
        const Segment& segment = *view.segments[first - 1];
        if (segment.init == nullptr || segment.mediaMs < 0 || segment.isGap) break;
        --first;
    }
    return Segments(view.segments).subspan(first);
}

std::optional<std::string> period(Segments run, const ManifestTerms& terms, std::uint64_t bitsPerSecond) {
    const auto names = templateOf(run, terms.dash.segmentFile);
    if (!names) return std::nullopt;
    const Segment& first = *run.front();
    const InitSegment& init = *first.init;
    std::string text = fmt::format("<Period id=\"{}\" start=\"{}\">\n", first.discontinuities,
                                   seconds(first.startUnixMs - (first.mediaMs - first.runMediaMs)));
    text += fmt::format("<AdaptationSet mimeType=\"{}/mp4\" segmentAlignment=\"true\">\n",
                        init.width != 0 ? "video" : "audio");
    text += fmt::format("<SegmentTemplate timescale=\"{}\" presentationTimeOffset=\"{}\" startNumber=\"{}\" "
                        "initialization=\"{}\" media=\"{}\">\n<SegmentTimeline>\n",
                        kMsPerS, first.runMediaMs, first.sequence, urlOf(terms, base::percentEncodedPath(init.name)),
                        urlOf(terms, *names));
    std::int64_t endMs = -1;
    for (const SegmentPtr& segment : run) {
        const std::int64_t durationMs = segment->durationUs / kUsPerMs;
        text += segment->mediaMs == endMs ? fmt::format("<S d=\"{}\"/>\n", durationMs)
                                          : fmt::format("<S t=\"{}\" d=\"{}\"/>\n", segment->mediaMs, durationMs);
        endMs = segment->mediaMs + durationMs;
    }
    text += fmt::format("</SegmentTimeline>\n</SegmentTemplate>\n<Representation id=\"{}\" bandwidth=\"{}\" "
                        "codecs=\"{}\"",
                        init.number, std::max<std::uint64_t>(bitsPerSecond, 1), init.codecs);
    if (init.width != 0) text += fmt::format(" width=\"{}\" height=\"{}\"", init.width, init.height);
    text += "/>\n</AdaptationSet>\n</Period>\n";
    return text;
}

} // namespace

std::optional<std::string> dashManifest(const WindowView& view, const ManifestTerms& terms) {
    const Segments all = listed(view, terms);
    if (all.empty()) return std::nullopt;
    std::int64_t lengthMs = 0;
    for (const SegmentPtr& segment : all) lengthMs += segment->durationUs / kUsPerMs;
    const Segment& newest = *all.back();
    const std::int64_t endMs = newest.startUnixMs + newest.durationUs / kUsPerMs;
    // Times are those of the calendar, so they stay what they are when segments leave.
    std::string text =
        fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
                    "profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" type=\"dynamic\" "
                    "availabilityStartTime=\"1970-01-01T00:00:00Z\" publishTime=\"{}\" "
                    "minBufferTime=\"{}\" timeShiftBufferDepth=\"{}\" suggestedPresentationDelay=\"{}\"",
                    date(endMs), seconds(view.targetDurationMs), seconds(std::min(terms.dash.timeshiftMs, lengthMs)),
                    seconds(std::min(kDelayFragments * terms.fragmentMs, lengthMs)));
    text += view.hasEnded ? fmt::format(" mediaPresentationDuration=\"{}\">\n", seconds(endMs))
                          : fmt::format(" minimumUpdatePeriod=\"{}\">\n", seconds(terms.dash.updatePeriodMs));
    if (!terms.location.empty()) text += fmt::format("<Location>{}</Location>\n", escaped(terms.location));
    for (std::size_t first = 0; first < all.size();) {
        std::size_t end = first + 1;
        while (end < all.size() && !all[end]->isDiscontinuous) ++end;
        const auto run = period(all.subspan(first, end - first), terms, view.bitsPerSecond);
        if (!run) return std::nullopt;
        text += *run;
        first = end;
    }
    text += fmt::format("<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:direct:2014\" value=\"{}\"/>\n</MPD>\n",
                        date(terms.nowUnixMs));
    return text;
}

} // namespace hookcast::hls
