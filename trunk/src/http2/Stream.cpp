#include "http2/Stream.h"

#include "http/ForwardedFor.h"
#include "http/HttpStatus.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace hookcast::http2 {

namespace {

constexpr const char* kTakesNothing = "the client took nothing of an answer for idle_timeout";

constexpr const char* kNoPlace = "no place among the connections of its address within header_timeout";

/// What has answered, with whom it has answered to: they go in this order.
struct Retired {
    std::shared_ptr<Stream> stream;
    std::shared_ptr<http::HttpActivity> activity;
};

} // namespace

Stream::Stream(http::ServerContext& context, Carrier& carrier, Frames::Request&& asked)
    : context_(context), carrier_(carrier), loop_(carrier.line().port.loop()), id_(asked.stream),
      config_(context.config.get()), number_(context.numbers.next()),
      logName_(config::logNameOf(config::Protocol::HttpFlv, number_)), request_(std::move(asked.request)),
      round_(context), deadline_(loop_, *this, [this](const char* otherwise) { onLate(otherwise); }),
      ip_(http::clientOf(*request_, carrier.line().peerIp, *config_)),
      requestLine_(fmt::format("{} {}", request_->method(), base::printable(http::withoutQuery(request_->head.uri())))),
      beganAtMs_(loop_.clock().monotonicMs()), faultStatus_(asked.status), fault_(std::move(asked.fault)),
      headOnly_(request_->method() == http::RequestHead::kHead) {}

bool Stream::begin(bool isFirst, bool mayWait) {
    if (hasEnded_ || !request_) return true;
    if (faultStatus_ != 0) {
        respond(http::textResponse(faultStatus_, fault_), fault_);
        return true;
    }
    isFirst_ = isFirst;
    if (const base::Result<void> taken = takePlace(); !taken) {
        isFirst_ = false;
        if (!mayWait) {
            refusePlace(taken.error().message);
            return true;
        }
        wait();
        return false;
    }
    if (std::exchange(isWaiting_, false)) deadline_.expectNothing();
    http::HttpRequest request = std::move(*request_);
    request_.reset();
    const config::HttpServerConfig& server = *config_.*context_.server;
    round_.begin(std::move(request), {server, config_->api.asksForSecret, carrier_.line().isEncrypted, {}}, *this);
    return true;
}

void Stream::wait() {
    if (!std::exchange(isWaiting_, true)) deadline_.expect(config_->limits.headerTimeoutMs, kNoPlace);
}

void Stream::refusePlace(const std::string& why) {
    isWaiting_ = false;
    respond(http::textResponse(http::kUnavailable, "too many connections"), why);
}

void Stream::onLate(const char* otherwise) {
    if (isWaiting_)
        refusePlace(otherwise);
    else
        end(otherwise, {});
}

base::Result<void> Stream::takePlace() {
    if (isFirst_) return carrier_.line().place.moveTo(ip_);
    base::Result<net::ConnectionPlace> further = carrier_.line().place.further(ip_);
    if (!further) return further.error();
    further_ = further.take();
    return {};
}

/// Whatever the client has not taken yet needs none.
void Stream::leavePlace() {
    further_ = net::ConnectionPlace();
    if (std::exchange(isFirst_, false) && isLive_) carrier_.line().port.session().setAdmitted(false);
    carrier_.onFreed();
}

void Stream::noteGone(const std::string& reason) {
    isGone_ = true;
    finish(reason, {}, Ending::Expected);
}

void Stream::onRoom() {
    wantsRoom_ = false;
    activity_->onWritable();
}

Frames::Body::Piece Stream::take(std::span<std::uint8_t> into) {
    Piece piece{0, false};
    const auto copy = [&](const void* from, std::size_t availableBytes) {
        const std::size_t sizeBytes = std::min(availableBytes, into.size() - piece.sizeBytes);
        if (sizeBytes > 0) std::memcpy(into.data() + piece.sizeBytes, from, sizeBytes);
        piece.sizeBytes += sizeBytes;
        return sizeBytes;
    };
    restSentBytes_ += copy(rest_.data() + restSentBytes_, rest_.size() - restSentBytes_);
    if (restSentBytes_ == rest_.size()) {
        base::Bytes().swap(rest_);
        restSentBytes_ = 0;
    }
    for (std::size_t skipBytes = takenBytes_; const iovec& range : offered_) {
        const std::size_t skippedBytes = std::min(skipBytes, range.iov_len);
        skipBytes -= skippedBytes;
        takenBytes_ +=
            copy(static_cast<const std::uint8_t*>(range.iov_base) + skippedBytes, range.iov_len - skippedBytes);
        if (piece.sizeBytes == into.size()) break;
    }
    if (bodyLeftBytes_) *bodyLeftBytes_ -= std::min<std::uint64_t>(*bodyLeftBytes_, piece.sizeBytes);
    piece.isLast = bodyLeftBytes_ ? *bodyLeftBytes_ == 0 : isComplete_ && rest_.empty();
    if (piece.sizeBytes > 0 || piece.isLast) sentBytes_ += Frames::kHeadBytes + piece.sizeBytes;
    return piece;
}

void Stream::run(std::unique_ptr<http::HttpActivity> activity) {
    introduction_ = log().introduce({logName_, number_, ip_, {}});
    activity_ = std::move(activity);
    activity_->start();
}

void Stream::leave(const std::string& reason) {
    round_.noteLeft(reason);
    // The activity is still on the stack. Whatever it has open ends before another asks.
    later([this, done = std::shared_ptr<http::HttpActivity>(std::move(activity_))]() mutable {
        done.reset();
        round_.goOn(*this);
    });
}

std::size_t Stream::beginBody(const http::HttpResponse& head, std::span<const iovec> front) {
    if (hasEnded_ || isHeadSent_) return 0;
    sendHead(head, head.bodyBytes.value_or(0));
    return write(front);
}

void Stream::endBody() {
    if (hasEnded_ || isComplete_) return;
    isComplete_ = true;
    if (!headOnly_ && bodyLeftBytes_.value_or(0) > 0) carrier_.frames().reset(id_, NGHTTP2_INTERNAL_ERROR);
    endActivity();
    carrier_.flush();
}

void Stream::beginStream(const http::HttpResponse& head) {
    if (hasEnded_ || isHeadSent_) return;
    isLive_ = true;
    sendHead(head, std::nullopt);
    carrier_.flush();
}

void Stream::endStream(const std::string& reason, base::ByteSpan rest) {
    finish(reason, rest, Ending::Expected);
}

void Stream::later(std::function<void()> task) {
    loop_.post([weak = weak_from_this(), task = std::move(task)] {
        const auto self = weak.lock();
        if (self == nullptr || self->hasEnded_) return;
        try {
            task();
        } catch (const std::exception& e) {
            self->endAfterFailure(e);
        }
    });
}

visits::Caller Stream::caller() const {
    return {number_, logName_, config::Protocol::HttpFlv, ip_};
}

void Stream::send(base::ByteSpan bytes) {
    if (hasEnded_ || isComplete_) return;
    if (rest_.size() - restSentBytes_ + bytes.size() > config_->limits.controlBytes) {
        endLater(net::kRepliesUnread);
        return;
    }
    rest_.insert(rest_.end(), bytes.begin(), bytes.end());
    carrier_.frames().resume(id_);
    carrier_.flush();
}

std::size_t Stream::write(std::span<const iovec> ranges) {
    if (hasEnded_ || isComplete_) return 0;
    std::size_t sizeBytes = 0;
    for (const iovec& range : ranges) sizeBytes += range.iov_len;
    takenBytes_ = 0;
    offered_ = ranges;
    carrier_.frames().resume(id_);
    carrier_.flush();
    offered_ = {};
    wantsRoom_ = takenBytes_ < sizeBytes;
    return takenBytes_;
}

void Stream::endLater(const std::string& reason) {
    later([this, reason] { end(reason, {}); });
}

void Stream::setAdmitted(bool isAdmitted) {
    if (isFirst_)
        carrier_.line().port.session().setAdmitted(isAdmitted);
    else
        further_.setAdmitted(isAdmitted);
    if (isAdmitted) carrier_.onFreed();
}

/// Without memory to end it alone, it ends with the connection.
void Stream::endAtOnce() noexcept {
    carrier_.line().port.session().endAfterFailure(std::bad_alloc());
}

/// `isTold`: the log knows of the refusal.
void Stream::conclude(const http::HttpResponse& response, const std::string& refusal, bool isTold) {
    if (hasEnded_ || isHeadSent_) return;
    if (!refusal.empty() && !isTold) {
        const std::string line = fmt::format("{}: {} {}", requestLine_, response.status, refusal);
        log().about(ip_, line, base::LogLevel::Trace, logName_, loop_.clock().monotonicMs(), line);
    }
    const base::ByteSpan body = base::asBytes(response.body);
    if (!headOnly_ && http::mayHaveBody(response.status)) rest_.assign(body.begin(), body.end());
    sendHead(response, response.body.size());
    isComplete_ = true;
    endActivity();
    carrier_.flush();
}

/// `bodyBytes`: nothing, of a body whose end nobody knows.
void Stream::sendHead(const http::HttpResponse& head, std::optional<std::uint64_t> bodyBytes) {
    http::ResponseFraming framing;
    framing.serverName = context_.serverName;
    framing.unixS = loop_.clock().unixS();
    framing.crossdomain = (*config_.*context_.server).crossdomain;
    bodyLeftBytes_ = bodyBytes;
    isHeadSent_ = true;
    const bool hasBody = !headOnly_ && http::mayHaveBody(head.status) && bodyBytes != 0;
    carrier_.frames().answer(id_, head, framing, *this, hasBody);
}

void Stream::finish(const std::string& reason, base::ByteSpan farewell, Ending ending) {
    if (std::exchange(hasEnded_, true)) return;
    deadline_.expectNothing();
    if (activity_ != nullptr || ending == Ending::Fault) tellEnd(reason, ending);
    if (activity_ != nullptr) {
        activity_->close(reason);
        retire();
    }
    if (!isGone_) finishFrames(farewell, ending);
    isComplete_ = true;
    leavePlace();
    carrier_.flush();
}

void Stream::finishFrames(base::ByteSpan farewell, Ending ending) {
    // The end of a body waits for the client's room as the rest of it does.
    const bool isLeft = ending == Ending::Expected && carrier_.frames().hasRoom(id_);
    if (isLive_ && !isComplete_ && isLeft) {
        rest_.insert(rest_.end(), farewell.begin(), farewell.end());
        carrier_.frames().resume(id_);
    } else if (!isComplete_ || ending != Ending::Expected) {
        carrier_.frames().reset(id_, NGHTTP2_CANCEL);
    }
}

/// As of the end of a connection, which a live stream has one of, and all that is answered in pieces shares one.
void Stream::tellEnd(const std::string& reason, Ending ending) {
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    const auto [line, parts] = net::closedLine(reason, ip_, 0, sentBytes_, nowMs - beganAtMs_);
    if (ending == Ending::Ordered)
        log().line(base::LogLevel::Warn, logName_, line, parts);
    else if (ending == Ending::Fault)
        log().about(ip_, reason, base::LogLevel::Warn, logName_, nowMs, line, parts);
    else
        log().line(isLive_ ? base::LogLevel::Trace : base::LogLevel::Info, logName_, line, parts);
}

/// It may be on the stack, and what it has open ends when it does.
void Stream::retire() {
    loop_.post([retired = Retired{shared_from_this(), std::move(activity_)}]() mutable {
        retired.activity.reset();
        retired.stream.reset();
    });
}

/// The request is answered; the client has still to take it.
void Stream::endActivity() {
    deadline_.expect(config_->limits.idleTimeoutMs, kTakesNothing);
    if (activity_ != nullptr) retire();
}

} // namespace hookcast::http2
