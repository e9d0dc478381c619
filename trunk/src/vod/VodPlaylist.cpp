#include "vod/VodPlaylist.h"

#include "base/TimeText.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <system_error>

namespace hookcast::vod {

namespace {

constexpr std::string_view kPrefix = "recording-";
constexpr std::string_view kEnding = ".ts";
constexpr std::size_t kIdLength = 16;

bool isId(std::string_view text) {
    return text.size() == kIdLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Takes a number as it is written by us, without a sign or zeros in front, and what stands behind it.
template <typename Number>
bool takeNumber(std::string_view& text, std::string_view behind, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || text.starts_with('-') || (digits > 1 && text.starts_with('0'))) return false;
    text.remove_prefix(digits);
    if (!text.starts_with(behind)) return false;
    text.remove_prefix(behind.size());
    return true;
}

/// Cuts one file's part.
class FileCut {
  public:
    FileCut(const IndexedFile& file, std::vector<VodSegment>& segments, std::int64_t& startMs)
        : file_(*file.file), index_(*file.index), segments_(segments), startMs_(startMs) {}

    /// Times since the file's beginning.
    void run(std::int64_t fromMs, std::int64_t toMs) {
        std::size_t first = firstAt(fromMs);
        const std::size_t end = firstBehind(toMs);
        bool isContinuation = false;
        while (first < end) {
            std::size_t last = first + 1;
            while (last < end && index_.durationMs(first, last) < kSegmentMs) ++last;
            add(first, last, isContinuation);
            isContinuation = true;
            first = last;
        }
    }

  private:
    /// The group of pictures that is on at this time.
    std::size_t firstAt(std::int64_t timeMs) const {
        const auto behind = std::ranges::upper_bound(index_.points, timeMs, {}, &MediaIndex::Point::timeMs);
        const auto place = static_cast<std::size_t>(behind - index_.points.begin());
        return place == 0 ? 0 : place - 1;
    }

    std::size_t firstBehind(std::int64_t timeMs) const {
        const auto place = std::ranges::lower_bound(index_.points, timeMs, {}, &MediaIndex::Point::timeMs);
        return static_cast<std::size_t>(place - index_.points.begin());
    }

    void add(std::size_t first, std::size_t last, bool isContinuation) {
        VodSegment segment;
        segment.name = {file_.id, first, last, startMs_};
        segment.durationMs = index_.durationMs(first, last);
        segment.unixMs = file_.beganUnixMs + index_.points[first].timeMs;
        segment.isContinuation = isContinuation;
        startMs_ += segment.durationMs;
        segments_.push_back(std::move(segment));
    }

    // given
    const RecordedFile& file_;
    const MediaIndex& index_;
    std::vector<VodSegment>& segments_;
    std::int64_t& startMs_;
};

} // namespace

std::string SegmentName::text() const {
    return fmt::format("{}{}-{}-{}-{}{}", kPrefix, fileId, first, last, startMs, kEnding);
}

std::optional<SegmentName> SegmentName::parse(std::string_view text) {
    if (!text.starts_with(kPrefix)) return std::nullopt;
    text.remove_prefix(kPrefix.size());
    SegmentName name;
    if (text.size() <= kIdLength || !isId(text.substr(0, kIdLength)) || text[kIdLength] != '-') return std::nullopt;
    name.fileId = text.substr(0, kIdLength);
    text.remove_prefix(kIdLength + 1);
    const bool isRead = takeNumber(text, "-", name.first) && takeNumber(text, "-", name.last) &&
                        takeNumber(text, kEnding, name.startMs) && text.empty();
    if (!isRead || name.first >= name.last || name.startMs > kMostPlaylistMs) return std::nullopt;
    return name;
}

std::vector<VodSegment> cutSegments(const std::vector<IndexedFile>& files, const TimeRange& range) {
    std::vector<VodSegment> segments;
    std::int64_t startMs = 0;
    for (const IndexedFile& one : files) {
        const std::int64_t began = one.file->beganUnixMs;
        const std::int64_t from = range.fromUnixMs.value_or(began) - began;
        if (from >= one.index->endMs && from > 0) continue;
        const std::int64_t to = range.toUnixMs ? *range.toUnixMs - began : std::numeric_limits<std::int64_t>::max();
        FileCut(one, segments, startMs).run(std::max<std::int64_t>(0, from), to);
    }
    std::erase_if(segments, [](const VodSegment& segment) { return segment.durationMs <= 0; });
    return segments;
}

base::Result<std::string> writePlaylist(const std::vector<VodSegment>& segments, std::string_view query) {
    constexpr double kMsPerSecond = 1000;
    std::int64_t longestMs = 0;
    std::int64_t sumMs = 0;
    for (const VodSegment& segment : segments) {
        longestMs = std::max(longestMs, segment.durationMs);
        sumMs += segment.durationMs;
    }
    if (sumMs > kMostPlaylistMs) return base::Error{"more than a day: ask for less by from and to"};
    // RFC 8216, 4.3.3.1: each duration, rounded to whole seconds, is not greater.
    const std::int64_t target = std::max<std::int64_t>(1, (longestMs + 500) / 1000);
    std::string text = fmt::format("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:{}\n"
                                   "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-INDEPENDENT-SEGMENTS\n",
                                   target);
    for (const VodSegment& segment : segments) {
        if (!segment.isContinuation) {
            if (&segment != &segments.front()) text += "#EXT-X-DISCONTINUITY\n";
            fmt::format_to(std::back_inserter(text), "#EXT-X-PROGRAM-DATE-TIME:{}\n", base::timeText(segment.unixMs));
        }
        fmt::format_to(std::back_inserter(text), "#EXTINF:{:.3f},\n{}{}\n",
                       static_cast<double>(segment.durationMs) / kMsPerSecond, segment.name.text(), query);
        if (text.size() > kMostPlaylistBytes)
            return base::Error{"the playlist would be too long: ask for less by from and to"};
    }
    return text += "#EXT-X-ENDLIST\n";
}

} // namespace hookcast::vod
