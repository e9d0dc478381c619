#include "vod/RecordingRequest.h"

#include "base/RandomId.h"
#include "http/HttpStatus.h"
#include "net/EndReasons.h"

#include <algorithm>
#include <utility>

namespace hookcast::vod {

namespace {

constexpr std::size_t kIdLength = 16;
constexpr const char* kNoPass = "a segment of recordings without the pass of its viewer";
constexpr const char* kRightIsOver = "the viewer of recordings has no right to them any more";
constexpr const char* kTakesNothing = "the client took nothing of a segment for idle_timeout";
/// All that a client hears who may not look at recordings: whether there are any is not its business.
constexpr const char* kNotAllowed = "not allowed";
constexpr const char* kPlaylistType = "application/vnd.apple.mpegurl";
constexpr const char* kSegmentType = "video/mp2t";

} // namespace

RecordingRequest::RecordingRequest(Recordings& recordings, Wanted wanted, http::HttpPort& port)
    : recordings_(recordings), wanted_(std::move(wanted)), port_(port) {}

void RecordingRequest::start() {
    counted_ = port_.session().traffic();
    if (!wanted_.segment) {
        askFor(base::randomId(kIdLength));
        return;
    }
    const ViewerPasses::Bearer bearer{wanted_.viewer.key, wanted_.viewer.ip, wanted_.viewer.param};
    if (const auto viewerId = recordings_.passes_.read(bearer, wanted_.pass))
        askFor(*viewerId);
    else
        refuse(http::kForbidden, kNoPass, false);
}

void RecordingRequest::askFor(const std::string& viewerId) {
    const auto onVerdict = [this, viewerId, weak = std::weak_ptr(alive_)](const auto& verdict) {
        if (weak.expired()) return;
        if (!verdict) {
            refuse(http::kForbidden, verdict.error().message, true);
            return;
        }
        viewer_ = verdict.value();
        ++viewer_->requests;
        make(viewerId);
    };
    recordings_.viewers_.ask(viewerId, wanted_.viewer, port_.loop(), onVerdict);
}

/// `isTold`: the log has it already.
void RecordingRequest::refuse(int status, const std::string& reason, bool isTold) {
    http::HttpResponse response = http::textResponse(status, kNotAllowed);
    response.close = true;
    if (isTold)
        port_.refuse(response, reason);
    else
        port_.respond(response, reason);
}

void RecordingRequest::make(const std::string& viewerId) {
    const auto give = [this, weak = std::weak_ptr(alive_), &loop = port_.loop()](Recordings::Answer made) {
        loop.post([this, weak, made = std::move(made)]() mutable {
            if (!weak.expired()) answer(std::move(made));
        });
    };
    if (wanted_.segment) {
        recordings_.makeSegment(wanted_.viewer.key, wanted_.range, *wanted_.segment, give);
        return;
    }
    const ViewerPasses::Bearer bearer{wanted_.viewer.key, wanted_.viewer.ip, wanted_.viewer.param};
    recordings_.makePlaylist(wanted_.viewer.key, wanted_.range, recordings_.passes_.write(bearer, viewerId), give);
}

void RecordingRequest::answer(Recordings::Answer answer) {
    viewer_->patienceMs = std::max<std::int64_t>(Viewer::kPatienceMs, 3 * answer.longestMs);
    constexpr int kOk = 200;
    http::HttpResponse response;
    if (answer.status != kOk) {
        // What the disk said is for the log.
        const bool isOurs = answer.status == http::kUnavailable;
        response = http::textResponse(answer.status, isOurs ? "not now" : answer.text);
        if (isOurs) response.fields = {{"Retry-After", "1"}};
        port_.respond(response, answer.text);
        leave();
        return;
    }
    response.contentType = wanted_.segment ? kSegmentType : kPlaylistType;
    response.fields = {{"Cache-Control", wanted_.segment ? "private, max-age=3600" : "no-cache"}};
    if (answer.segment == nullptr) {
        response.body = std::move(answer.text);
        port_.respond(response, {});
        leave();
        return;
    }
    response.bodyBytes = answer.segment->size();
    if (wanted_.isHead) {
        port_.respond(response, {});
        leave();
        return;
    }
    segment_ = std::move(answer.segment);
    const iovec front = rest();
    sent_ = port_.beginBody(response, {&front, 1});
    pump();
}

/// What of the segment is not sent. It is only read from.
iovec RecordingRequest::rest() const {
    return {const_cast<std::uint8_t*>(segment_->data()) + sent_, segment_->size() - sent_};
}

void RecordingRequest::pump() {
    if (segment_ == nullptr) return;
    if (viewer_->isOver) {
        port_.session().end(kRightIsOver, {});
        return;
    }
    const iovec range = rest();
    sent_ += port_.session().write({&range, 1});
    account();
    if (sent_ < segment_->size()) {
        port_.session().expect(wanted_.timeoutMs, kTakesNothing);
        return;
    }
    port_.session().expectNothing();
    leave();
    port_.endBody();
}

/// The viewer has had what the connection has carried since this was last told.
void RecordingRequest::account() {
    if (viewer_ == nullptr) return;
    const net::SessionPort::Traffic now = port_.session().traffic();
    viewer_->add({now.sentBytes - counted_.sentBytes, now.receivedBytes - counted_.receivedBytes});
    viewer_->heardAtMs = port_.loop().clock().monotonicMs();
    counted_ = now;
}

/// The request is answered, or will not be.
void RecordingRequest::leave() {
    account();
    segment_.reset();
    if (viewer_ == nullptr) return;
    --viewer_->requests;
    viewer_.reset();
}

void RecordingRequest::close(const std::string& /*reason*/) {
    alive_.reset();
    leave();
}

} // namespace hookcast::vod
