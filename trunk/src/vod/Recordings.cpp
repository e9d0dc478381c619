#include "vod/Recordings.h"

#include "http/HttpStatus.h"
#include "hub/StreamName.h"
#include "net/EndReasons.h"
#include "vod/RecordingRequest.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::vod {

namespace {

constexpr std::string_view kPlaylist = "recording.m3u8";
constexpr const char* kLogName = "recordings";
constexpr const char* kNoRecordings = "there are no recordings at this path";
constexpr const char* kNothingRecorded = "nothing is recorded in this time";
constexpr const char* kNoSuchRecording = "there is no such recording any more";
constexpr const char* kNotCarried = "recorded in codecs that MPEG-TS does not carry";
constexpr int kOk = 200;

void refuse(http::HttpPort& port, int status, const std::string& reason, http::HttpResponse::Fields fields = {}) {
    http::HttpResponse response = http::textResponse(status, reason);
    response.fields = std::move(fields);
    port.respond(response, reason);
}

/// Percent-encoded but for what a path may have (RFC 3986, 3.3), slashes included.
std::string pathText(std::string_view name) {
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    std::string text;
    for (const char c : name) {
        if (kPlain.find(c) != std::string_view::npos)
            text += c;
        else
            text += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return text;
}

/// Unix seconds, with milliseconds where there are any.
std::string secondsText(std::int64_t unixMs) {
    constexpr std::int64_t kMsPerSecond = 1000;
    return unixMs % kMsPerSecond == 0 ? std::to_string(unixMs / kMsPerSecond)
                                      : fmt::format("{}.{:03}", unixMs / kMsPerSecond, unixMs % kMsPerSecond);
}

control::RecordedRangeView viewOf(const RecordedRange& range) {
    const hooks::StreamKey& key = range.files.front()->key;
    control::RecordedRangeView view;
    view.key = key;
    view.fromUnixMs = range.fromUnixMs();
    view.toUnixMs = range.toUnixMs();
    view.durationMs = range.durationMs();
    view.files = range.files.size();
    view.sizeBytes = range.sizeBytes();
    view.url = fmt::format("/{}/{}/{}?from={}&to={}", pathText(key.app), pathText(key.stream), kPlaylist,
                           secondsText(view.fromUnixMs), secondsText(view.toUnixMs));
    if (key.vhost != config::kDefaultVhost) view.url += "&vhost=" + pathText(key.vhost);
    return view;
}

} // namespace

Recordings::Recordings(visits::Services& services, net::ConnectionBudget& budget, const base::Clock& clock)
    : services_(services), viewers_(services, budget), scan_(clock, services.log, cache_),
      cutting_(services.log, "segments"), scanning_(services.log, kLogName) {
    apply(services.config.get());
}

void Recordings::apply(const std::shared_ptr<const config::Config>& config) {
    const std::lock_guard lock(mutex_);
    places_ = RecordingPlaces::of(config, places_.get());
    cache_.clear();
}

std::shared_ptr<const RecordingPlaces> Recordings::places() const {
    const std::lock_guard lock(mutex_);
    return places_;
}

std::optional<std::string> Recordings::handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                              http::HttpPort& port) {
    const std::string_view name = std::string_view(target.path).substr(target.path.rfind('/') + 1);
    RecordingRequest::Wanted wanted;
    wanted.segment = SegmentName::parse(name);
    if (!wanted.segment && name != kPlaylist) return std::string();
    const auto url = hub::parseStreamUrl(target.url, hub::PathEncoding::Percent);
    const auto stream = url ? hooks::readStreamPath(url.value().app) : base::Result<hooks::StreamPath>(url.error());
    if (!stream || stream.value().app.empty()) return kNoRecordings;
    const auto vhost = places()->config->findVhost(url.value().vhost);
    if (vhost == nullptr || !vhost->mayHaveRecordings()) return kNoRecordings;
    if (!vhost->enabled) return net::kVhostDisabled;
    wanted.isHead = request.method() == http::RequestHead::kHead;
    if (!wanted.isHead && request.method() != http::RequestHead::kGet) {
        refuse(port, http::kMethodNotAllowed, "recordings can be read only", {{"Allow", "GET, HEAD, OPTIONS"}});
        return std::nullopt;
    }
    const config::LimitsConfig& limits = services_.config.get()->limits;
    if (target.url.size() > limits.urlBytes) {
        refuse(port, http::kUriTooLong, net::kUrlTooLong);
        return std::nullopt;
    }
    ViewerPasses::Parts query{target.query, {}};
    if (wanted.segment) query = ViewerPasses::split(target.query);
    const base::Result<TimeRange> range = timeRangeOf(query.query);
    if (!range) {
        refuse(port, http::kBadRequest, range.error().message);
        return std::nullopt;
    }
    wanted.range = range.value();
    wanted.pass = std::move(query.pass);
    wanted.timeoutMs = limits.idleTimeoutMs;
    wanted.viewer.vhost = vhost;
    wanted.viewer.key = {vhost->name, stream.value().app, stream.value().stream};
    wanted.viewer.param = std::move(query.query);
    wanted.viewer.url = std::string(http::withoutQuery(target.url)) + wanted.viewer.param;
    wanted.viewer.pageUrl = request.field("Referer");
    wanted.viewer.ip = port.caller().ip;
    port.run(std::make_unique<RecordingRequest>(*this, std::move(wanted), port));
    return std::nullopt;
}

Recordings::Answer Recordings::playlist(const std::shared_ptr<const RecordingPlaces>& places,
                                        const hooks::StreamKey& key, const TimeRange& range,
                                        const std::string& segmentQuery) {
    std::vector<IndexedFile> files;
    bool isLeftOut = false;
    for (const RecordedRange& part : rangesOf(scan_.find(
             places, [&key](const hooks::StreamKey& other) { return other == key; }, range))) {
        for (const RecordedFilePtr& file : part.files) {
            auto indexed = scan_.indexOf(file);
            if (!indexed) {
                services_.log.warn(kLogName, "a recording of '{}' cannot be read: {}", base::printable(key.text()),
                                   indexed.error().message);
            } else if (indexed.value().index->fitsTs()) {
                files.push_back(indexed.take());
            } else {
                isLeftOut = true;
            }
        }
    }
    const std::vector<VodSegment> segments = cutSegments(files, range);
    if (segments.empty()) return {http::kNotFound, isLeftOut && files.empty() ? kNotCarried : kNothingRecorded};
    const auto text = writePlaylist(segments, segmentQuery);
    if (!text) return {http::kBadRequest, text.error().message};
    Answer answer{kOk, text.value()};
    for (const VodSegment& segment : segments) answer.longestMs = std::max(answer.longestMs, segment.durationMs);
    return answer;
}

base::Result<IndexedFile> Recordings::findFile(const std::shared_ptr<const RecordingPlaces>& places,
                                               const hooks::StreamKey& key, const std::string& fileId) {
    const RecordedFilePtr file = scan_.findFile(places, key, fileId);
    if (file == nullptr) return base::Error{kNoSuchRecording};
    return scan_.indexOf(file);
}

Recordings::Answer Recordings::segment(const IndexedFile& file, const TimeRange& range, const SegmentName& name) {
    const MediaIndex& index = *file.index;
    if (name.first >= index.points.size() || name.last > index.points.size())
        return {http::kNotFound, "there is no such segment"};
    // The pass is for this range.
    const std::int64_t from = file.file->beganUnixMs + index.points[name.first].timeMs;
    const std::int64_t durationMs = index.durationMs(name.first, name.last);
    if (!range.overlaps(from, from + std::max<std::int64_t>(durationMs, 1)))
        return {http::kForbidden, "not in the range that was asked for"};
    if (segments_.isFull()) {
        ++segmentsRefused_;
        return {http::kUnavailable, "too many segments of recordings are being sent"};
    }
    const auto opened = file.file->open();
    if (!opened) return {http::kNotFound, kNoSuchRecording};
    auto made = segments_.make(*file.file, opened.value(), index, name);
    if (!made) return {http::kUnavailable, "a segment of a recording cannot be made: " + made.error().message};
    return {kOk, {}, made.take(), durationMs};
}

/// Whoever waits for the disk has no deadline: he gets an answer, whatever is thrown.
template <typename Make>
void Recordings::giveWhat(Make make, const std::function<void(Answer)>& give) {
    try {
        give(make());
    } catch (const std::exception& e) {
        give({http::kUnavailable, std::string("internal error: ") + e.what()});
    }
}

/// `give` is called once, on one of the threads.
void Recordings::makePlaylist(const hooks::StreamKey& key, const TimeRange& range, const std::string& segmentQuery,
                              const std::function<void(Answer)>& give) {
    scanning_.post([this, places = places(), key, range, segmentQuery, give] {
        giveWhat([&] { return playlist(places, key, range, segmentQuery); }, give);
    });
}

void Recordings::makeSegment(const hooks::StreamKey& key, const TimeRange& range, const SegmentName& name,
                             const std::function<void(Answer)>& give) {
    const auto cut = [this, range, name, give](const IndexedFile& file) {
        cutting_.post([this, file, range, name, give] { giveWhat([&] { return segment(file, range, name); }, give); });
    };
    if (const auto known = cache_.find(key, name.fileId)) {
        cut(*known);
        return;
    }
    scanning_.post([this, places = places(), key, name, give, cut] {
        try {
            if (const auto file = findFile(places, key, name.fileId))
                cut(file.value());
            else
                give({http::kNotFound, kNoSuchRecording});
        } catch (const std::exception& e) {
            give({http::kUnavailable, std::string("internal error: ") + e.what()});
        }
    });
}

void Recordings::list(Wish wish, OnRanges onRanges) {
    const auto range = parseTimeRange(wish.from, wish.to);
    if (!range) {
        onRanges({range.error().message, {}});
        return;
    }
    scanning_.post([this, wish = std::move(wish), range = range.value(), onRanges = std::move(onRanges)] {
        const auto isWanted = [&wish](const hooks::StreamKey& key) {
            if (!wish.vhost.empty() && key.vhost != wish.vhost) return false;
            return wish.stream.empty() || key.stream == wish.stream || key.app + "/" + key.stream == wish.stream ||
                   key.text() == wish.stream;
        };
        control::RecordingsDesk::Ranges found;
        try {
            for (const RecordedRange& one : rangesOf(scan_.find(places(), isWanted, range)))
                found.ranges.push_back(viewOf(one));
        } catch (const std::exception& e) {
            found = {std::string("internal error: ") + e.what(), {}};
        }
        onRanges(std::move(found));
    });
}

} // namespace hookcast::vod
