#include "hls/SegmentExchange.h"

#include "hls/PlaylistText.h"
#include "hls/Query.h"
#include "http/ByteRange.h"
#include "http/HttpStatus.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr const char* kTs = "video/mp2t";
constexpr const char* kMp4 = "video/mp4";
constexpr const char* kKey = "application/octet-stream";

/// How long a request for what comes next waits, in target durations.
constexpr std::int64_t kPatienceTargets = 3;

} // namespace

SegmentExchange::SegmentExchange(Context& context, Caller caller, Wanted wanted, http::HttpPort& port)
    : Exchange(context, std::move(caller), port), wanted_(std::move(wanted)) {}

SegmentExchange::~SegmentExchange() {
    leaveWindow();
}

void SegmentExchange::close(const std::string& reason) {
    alive_.reset();
    leaveWindow();
    Exchange::close(reason);
}

void SegmentExchange::leaveWindow() {
    if (stream_ != nullptr) stream_->waits().leave(port().loop(), *this);
    stream_.reset();
}

void SegmentExchange::proceed() {
    ++context().streams.figures().requests;
    if (readPart())
        look();
    else
        fail(http::kBadRequest, "part is a number");
}

bool SegmentExchange::readPart() {
    const std::optional<std::string_view> text = Query(wanted_.query).find(kPartParameter);
    if (!text) return true;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size()) return false;
    part_ = value;
    return true;
}

void SegmentExchange::onWindow(const WindowViewPtr& /*view*/) {
    guarded([this] {
        if (!isAnswered()) look();
    });
}

void SegmentExchange::look() {
    const Catalogue::Item item = context().streams.catalogue().find(wanted_.vhost->name, wanted_.path);
    const bool isHis = item.stream != nullptr && (pass() == nullptr || item.stream->key() == pass()->key());
    if (!isHis) {
        const StreamPtr stream = pass() == nullptr ? nullptr : context().streams.find(pass()->key());
        if (stream != nullptr && wanted_.mayWait && wanted_.vhost->hls.lowLatency && part_.value_or(0) == 0)
            waitFor(stream);
        else
            notFound();
        return;
    }
    if (item.segment != nullptr) {
        lookAtSegment(*item.segment, item.isOpen);
        if (!isAnswered() && !isReading_) waitFor(item.stream);
        return;
    }
    leaveWindow();
    if (item.init != nullptr) {
        sendRange({{item.init->bytes, 0, item.init->bytes->size()}}, kMp4);
        return;
    }
    auto bytes = std::make_shared<const base::Bytes>(item.key->key.begin(), item.key->key.end());
    const std::size_t sizeBytes = bytes->size();
    sendRange({{std::move(bytes), 0, sizeBytes}}, kKey);
}

void SegmentExchange::lookAtSegment(const Segment& segment, bool isOpen) {
    if (!part_) {
        if (!isOpen) sendSegment(segment);
        return; // else the rest is waited for
    }
    if (*part_ < segment.parts.size() && segment.parts[*part_].bytes != nullptr) {
        leaveWindow();
        const BytesPtr& bytes = segment.parts[*part_].bytes;
        sendRange({{bytes, 0, bytes->size()}}, segment.init == nullptr ? kTs : kMp4);
    } else if (!isOpen || *part_ > segment.parts.size()) {
        notFound(); // only the next one is hinted at
    }
}

/// Joins what becomes of the window, and looks once more, as that may have gone on.
void SegmentExchange::waitFor(const StreamPtr& stream) {
    if (stream_ != nullptr) return;
    stream_ = stream;
    stream_->waits().join(port().loop(), *this);
    const WindowViewPtr view = stream->window().view();
    waitAtMost(kPatienceTargets *
               (view->targetDurationMs == 0 ? wanted_.vhost->hls.fragmentMs : view->targetDurationMs));
    look();
}

void SegmentExchange::onLate() {
    notFound();
}

void SegmentExchange::notFound() {
    leaveWindow();
    fail(http::kNotFound, "no such segment");
}

/// It is not in memory any more.
void SegmentExchange::sendFile(const Segment& segment) {
    if (std::exchange(isReading_, true)) return;
    const char* const contentType = segment.init == nullptr ? kTs : kMp4;
    context().files.read(wanted_.vhost->name, wanted_.vhost->hls.path, segment.name, port().loop(), alive_,
                         [this, contentType](const base::Result<BytesPtr>& bytes) {
                             guarded([&] {
                                 if (isAnswered()) return;
                                 if (bytes)
                                     sendRange({{bytes.value(), 0, bytes.value()->size()}}, contentType);
                                 else
                                     notFound();
                             });
                         });
}

void SegmentExchange::sendSegment(const Segment& segment) {
    leaveWindow();
    if (!segment.parts.empty() && segment.parts.front().bytes == nullptr) {
        sendFile(segment);
        return;
    }
    std::vector<Slice> whole;
    whole.reserve(segment.parts.size());
    for (const Part& part : segment.parts) whole.push_back({part.bytes, 0, part.bytes->size()});
    sendRange(std::move(whole), segment.init == nullptr ? kTs : kMp4);
}

/// What the request wants of it (RFC 9110, 14).
void SegmentExchange::sendRange(std::vector<Slice> whole, const char* contentType) {
    std::uint64_t sizeBytes = 0;
    for (const Slice& slice : whole) sizeBytes += slice.sizeBytes;
    const http::ByteRange range = http::readRange(wanted_.range, sizeBytes);
    http::HttpResponse head;
    head.contentType = contentType;
    // What caches keep is behind no gate; a segment is gone from there when it is gone from here.
    const config::HlsConfig& hls = wanted_.vhost->hls;
    const bool isCached = hls.cdn && pass() == nullptr;
    head.fields = {{"Accept-Ranges", "bytes"},
                   {"Cache-Control", isCached
                                         ? fmt::format("max-age={}", std::max(hls.windowMs, hls.dvrWindowMs) / 1000)
                                         : std::string("no-cache")}};
    if (range.isUnsatisfiable) {
        head.status = http::kRangeNotSatisfiable;
        head.fields.emplace_back("Content-Range", fmt::format("bytes */{}", sizeBytes));
        send(std::move(head), {});
        return;
    }
    std::vector<Slice> body;
    std::uint64_t skipped = 0;
    std::uint64_t left = range.sizeBytes;
    for (Slice& slice : whole) {
        const std::uint64_t before = std::min<std::uint64_t>(range.first - skipped, slice.sizeBytes);
        skipped += before;
        const std::uint64_t taken = std::min<std::uint64_t>(slice.sizeBytes - before, left);
        if (taken == 0) continue;
        left -= taken;
        body.push_back({std::move(slice.bytes), slice.first + before, taken});
    }
    if (range.isPart) {
        head.status = http::kPartialContent;
        head.fields.emplace_back(
            "Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.first + range.sizeBytes - 1, sizeBytes));
    }
    send(std::move(head), std::move(body));
}

} // namespace hookcast::hls
