#include "hls/PlaylistText.h"

#include "base/PercentEncoding.h"
#include "base/TimeZone.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <string_view>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kUsPerMs = 1000;
constexpr std::int64_t kMsPerS = 1000;
/// RFC 8216bis, 4.4.3.8 and 6.2.2.
constexpr std::int64_t kPartTargetDurations = 3; ///< parts are listed for so long
constexpr std::int64_t kSkipTargetDurations = 6;
constexpr std::int64_t kHoldBackParts = 3;

double seconds(std::int64_t us) {
    return static_cast<double>(us) / 1e6;
}

class Writer {
  public:
    Writer(const WindowView& view, const PlaylistTerms& terms)
        : view_(view), terms_(terms), first_(view.firstListedIndex()),
          partTargetMs_(view.partTargetMs > 0 ? view.partTargetMs : terms.partMs) {}

    std::string write() {
        header();
        const std::size_t skipped = skippedSegments();
        if (skipped > 0) line("#EXT-X-SKIP:SKIPPED-SEGMENTS={}", skipped);
        const std::int64_t partsFromUs = endUs() - kPartTargetDurations * view_.targetDurationMs * kUsPerMs;
        std::int64_t atUs = 0;
        for (std::size_t i = first_; i < view_.segments.size(); ++i) {
            const Segment& segment = *view_.segments[i];
            atUs += segment.durationUs;
            if (i < first_ + skipped) continue;
            begin(segment);
            if (isLowLatency() && !view_.hasEnded && atUs > partsFromUs) parts(segment);
            if (segment.isGap) line("#EXT-X-GAP");
            line("#EXTINF:{:.6f},\n{}", seconds(segment.durationUs), uriOf(segment.name));
        }
        tail();
        return std::move(text_);
    }

  private:
    template <typename... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
        text_ += '\n';
    }

    bool isLowLatency() const { return terms_.partMs > 0; }

    bool anyListed(bool (*is)(const Segment&)) const {
        return std::any_of(view_.segments.begin() + static_cast<std::ptrdiff_t>(first_), view_.segments.end(),
                           [is](const SegmentPtr& segment) { return is(*segment); }) ||
               (isLowLatency() && view_.open != nullptr && is(*view_.open));
    }

    /// RFC 8216bis, 8.
    int version() const {
        if (isLowLatency()) return 9; // EXT-X-SKIP
        if (anyListed([](const Segment& segment) { return segment.isGap; })) return 8;
        return anyListed([](const Segment& segment) { return segment.init != nullptr; }) ? 6 : 3;
    }

    void header() {
        text_.reserve(512 + (view_.segments.size() - first_) * 160);
        line("#EXTM3U\n#EXT-X-VERSION:{}", version());
        line("#EXT-X-TARGETDURATION:{}", std::max<std::int64_t>((view_.targetDurationMs + kMsPerS - 1) / kMsPerS, 1));
        if (isLowLatency()) {
            line("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL={:.3f},PART-HOLD-BACK={:.3f}",
                 seconds(kSkipTargetDurations * view_.targetDurationMs * kUsPerMs),
                 seconds(kHoldBackParts * partTargetMs_ * kUsPerMs));
            line("#EXT-X-PART-INF:PART-TARGET={:.3f}", seconds(partTargetMs_ * kUsPerMs));
        }
        const Segment* const oldest = first_ < view_.segments.size() ? view_.segments[first_].get() : view_.open.get();
        line("#EXT-X-MEDIA-SEQUENCE:{}", oldest != nullptr ? oldest->sequence : view_.nextSequence());
        // The tag before the oldest one is in the list, too, and counts with it.
        const std::uint64_t discontinuities =
            oldest == nullptr ? 0 : oldest->discontinuities - (oldest->isDiscontinuous ? 1 : 0);
        if (discontinuities > 0) line("#EXT-X-DISCONTINUITY-SEQUENCE:{}", discontinuities);
        const bool hasDependent = anyListed(
            [](const Segment& segment) { return !segment.parts.empty() && !segment.parts.front().isIndependent; });
        if (!hasDependent) line("#EXT-X-INDEPENDENT-SEGMENTS");
    }

    std::int64_t endUs() const {
        std::int64_t us = 0;
        for (std::size_t i = first_; i < view_.segments.size(); ++i) us += view_.segments[i]->durationUs;
        if (isLowLatency() && view_.open != nullptr)
            for (const Part& part : view_.open->parts) us += part.durationUs;
        return us;
    }

    /// What ends before the skip boundary (RFC 8216bis, 6.2.5.1).
    std::size_t skippedSegments() const {
        if (!terms_.skips || !isLowLatency() || view_.hasEnded) return 0;
        const std::int64_t boundaryUs = endUs() - kSkipTargetDurations * view_.targetDurationMs * kUsPerMs;
        std::int64_t atUs = 0;
        std::size_t skipped = 0;
        for (std::size_t i = first_; i < view_.segments.size(); ++i) {
            atUs += view_.segments[i]->durationUs;
            if (atUs > boundaryUs) break;
            ++skipped;
        }
        return skipped;
    }

    void begin(const Segment& segment) {
        if (segment.isDiscontinuous) line("#EXT-X-DISCONTINUITY");
        if (segment.init.get() != init_ && segment.init != nullptr) {
            // The header is not encrypted, and a key counts for it, too.
            if (key_ != nullptr) line("#EXT-X-KEY:METHOD=NONE");
            key_ = nullptr;
            line("#EXT-X-MAP:URI=\"{}\"", uriOf(segment.init->name));
        }
        init_ = segment.init.get();
        if (segment.key.get() != key_) {
            if (segment.key != nullptr)
                line("#EXT-X-KEY:METHOD=AES-128,URI=\"{}\",IV=0x{:02x}", keyUri(*segment.key),
                     fmt::join(segment.key->iv, ""));
            else
                line("#EXT-X-KEY:METHOD=NONE");
        }
        key_ = segment.key.get();
        const std::tm utc = base::calendarOf(segment.startUnixMs / kMsPerS, base::TimeZone::Utc);
        line("#EXT-X-PROGRAM-DATE-TIME:{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
             utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, segment.startUnixMs % kMsPerS);
    }

    void parts(const Segment& segment) {
        const std::string uri = uriOf(segment.name, true);
        for (std::size_t i = 0; i < segment.parts.size(); ++i) {
            const Part& part = segment.parts[i];
            // A segment of before a reload may be one piece.
            if (part.durationUs > partTargetMs_ * kUsPerMs) continue;
            line("#EXT-X-PART:DURATION={:.6f},URI=\"{}{}={}\"{}", seconds(part.durationUs), uri, kPartParameter, i,
                 part.isIndependent ? ",INDEPENDENT=YES" : "");
        }
    }

    void tail() {
        if (view_.hasEnded) {
            line("#EXT-X-ENDLIST");
            return;
        }
        if (!isLowLatency() || view_.open == nullptr) return;
        begin(*view_.open);
        parts(*view_.open);
        line("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{}{}={}\"", uriOf(view_.open->name, true), kPartParameter,
             view_.open->parts.size());
    }

    /// `hasMore`: another parameter follows.
    std::string uriOf(std::string_view name, bool hasMore = false) const {
        std::string uri;
        if (terms_.prefix.empty() && !terms_.folder.empty()) {
            if (name.starts_with(terms_.folder))
                name.remove_prefix(terms_.folder.size());
            else
                for (const char one : terms_.folder) uri += one == '/' ? "../" : "";
        } else {
            uri = terms_.prefix;
        }
        uri += base::percentEncodedPath(name);
        if (hasMore || !terms_.query.empty()) uri += '?';
        uri += terms_.query;
        if (hasMore && !terms_.query.empty()) uri += '&';
        return uri;
    }

    std::string keyUri(const SegmentKey& key) const {
        const bool isElsewhere = key.url.starts_with("/") || key.url.find("://") != std::string::npos;
        return isElsewhere ? key.url : uriOf(key.url);
    }

    // given
    const WindowView& view_;
    const PlaylistTerms& terms_;
    std::size_t first_;
    std::int64_t partTargetMs_;
    // state
    std::string text_;
    const InitSegment* init_ = nullptr; ///< what counts at the end of the text
    const SegmentKey* key_ = nullptr;
};

} // namespace

std::string mediaPlaylist(const WindowView& view, const PlaylistTerms& terms) {
    return Writer(view, terms).write();
}

std::string masterPlaylist(const WindowView& view, const std::string& uri) {
    // A variant has to say what it needs; before the first segment that is not known.
    std::string variant = fmt::format("BANDWIDTH={}", std::max<std::uint64_t>(view.bitsPerSecond, 1));
    if (!view.codecs.empty()) variant += fmt::format(",CODECS=\"{}\"", view.codecs);
    if (view.width != 0 && view.height != 0) variant += fmt::format(",RESOLUTION={}x{}", view.width, view.height);
    return fmt::format("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-STREAM-INF:{}\n{}\n", variant, uri);
}

} // namespace hookcast::hls
