#include "control/RecordingPages.h"

#include "control/StreamPages.h"
#include "http/HttpStatus.h"

#include <algorithm>
#include <utility>

namespace hookcast::control {

namespace {

constexpr const char* kJpeg = "image/jpeg";

Json jsonOf(const RecordedRangeView& range) {
    Json json = orderedJson();
    json.set("vhost", vhostId(range.key.vhost));
    json.set("app", range.key.app);
    json.set("name", range.key.stream);
    json.set("from_ms", range.fromUnixMs);
    json.set("to_ms", range.toUnixMs);
    json.set("duration_ms", range.durationMs);
    json.set("files", range.files);
    json.set("bytes", range.sizeBytes);
    json.set("url", range.url);
    return json;
}

ApiAnswer answerOf(const RecordingsDesk::Ranges& found, const Slice& slice) {
    if (!found.fault.empty()) return ApiAnswer::refused(http::kBadRequest, found.fault);
    ApiAnswer answer;
    Poco::JSON::Array list;
    for (const RecordedRangeView& range : slice.of(found.ranges)) list.add(jsonOf(range));
    answer.fields.set("recordings", list);
    answer.fields.set("total", found.ranges.size());
    return answer;
}

ApiAnswer answerOf(const Snapshot& snapshot) {
    if (snapshot.outcome == Snapshot::Outcome::None)
        return ApiAnswer::refused(http::kNotFound, "the stream has no picture");
    if (snapshot.outcome == Snapshot::Outcome::Broken)
        return ApiAnswer::refused(http::kServerError, "the stream's picture cannot be decoded");
    ApiAnswer answer;
    answer.text = *snapshot.jpeg;
    answer.contentType = kJpeg;
    return answer;
}

} // namespace

ApiAnswer RecordingPages::recordings(const ApiQuery& query, const Census& /*census*/) const {
    RecordingsDesk::Wish wish{{}, query.parameter("stream"), query.parameter("from"), query.parameter("to")};
    const std::string vhost = query.parameter("vhost");
    if (!vhost.empty()) wish.vhost = vhostNamed(*context_.services.config.get(), vhost);
    Slice slice = query.slice();
    slice.count = std::min(slice.count, RecordingsDesk::kMostListed);
    return ApiAnswer::after([desk = context_.recordings, wish, slice](ApiAnswer::OnAnswer onAnswer) {
        desk->list(wish, [slice, onAnswer = std::move(onAnswer)](RecordingsDesk::Ranges found) {
            onAnswer([slice, found = std::move(found)] { return answerOf(found, slice); });
        });
    });
}

ApiAnswer RecordingPages::snapshot(const ApiQuery& query, const Census& /*census*/) const {
    const auto all = context_.services.streams.views();
    const auto found = std::ranges::find(all, query.id, &hub::StreamRegistry::View::id);
    if (found == all.end()) return ApiAnswer::refused(http::kNotFound, "there is no such stream");
    return ApiAnswer::after([desk = context_.snapshots, key = found->key](ApiAnswer::OnAnswer onAnswer) {
        desk->take(key, [onAnswer = std::move(onAnswer)](const Snapshot& snapshot) {
            onAnswer([snapshot] { return answerOf(snapshot); });
        });
    });
}

} // namespace hookcast::control
