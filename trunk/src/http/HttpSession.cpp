#include "http/HttpSession.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::http {

namespace {

using Poco::Net::HTTPRequest;

/// While a request is not answered, so much of what follows it is kept before the kernel's window is left to close.
constexpr std::size_t kWaitingInputBytes = 64 * 1024;

/// How long a client has to take the last answer.
constexpr std::int64_t kFarewellMs = 2000;

constexpr int kNotFound = 404;

constexpr const char* kSlowHeader = "no whole request header within header_timeout";
constexpr const char* kSlowBody = "no whole request body within header_timeout";
constexpr const char* kIdle = "no further request within keepalive_timeout";

constexpr const char* kMethods = "GET, HEAD, OPTIONS";

} // namespace

HttpSession::HttpSession(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                         const Poco::Net::StreamSocket& socket, OnGone onGone)
    : context_(context), config_(std::move(config)), loop_(loop), onGone_(std::move(onGone)),
      connection_(loop, socket, *this, config_->limits.controlBytes),
      deadline_(loop, [this](const char* otherwise) { onLate(otherwise); }),
      reader_({config_->limits.headerBytes, config_->limits.bodyBytes}), number_(++context.lastClientNumber),
      startedAtMs_(loop.clock().monotonicMs()) {
    logName_ = fmt::format("http-{}", number_);
}

HttpSession::~HttpSession() = default;

void HttpSession::start() {
    context_.log.info(logName_, "accepted from {}:{}", connection_.peerIp(), connection_.peerPort());
    // Answers are small; tcp_nodelay decides about the media.
    connection_.setNoDelay(true);
    deadline_.expect(config_->limits.headerTimeoutMs, kSlowHeader);
    connection_.start();
}

void HttpSession::kick(const std::string& reason) {
    finish(Ending::Failure, reason);
    connection_.close();
    onGone_(*this);
}

void HttpSession::onData(base::ByteSpan bytes) {
    if (!ended_) consume(bytes);
}

void HttpSession::onWritable() {
    if (activity_ != nullptr && !ended_) activity_->onWritable();
}

void HttpSession::onDisconnected(const std::string& reason) {
    finish(Ending::Expected, reason);
    onGone_(*this);
}

void HttpSession::respond(const HttpResponse& response, const std::string& reason) {
    if (ended_) return;
    ResponseFraming framing = this->framing();
    framing.keepAlive = framing.keepAlive && !response.close;
    const std::string answer = writeResponse(response, framing);
    if (framing.keepAlive) {
        if (!reason.empty()) context_.log.trace(logName_, "{}: {} {}", requestLine_, response.status, reason);
        dropActivity();
        send(base::asBytes(answer));
    } else if (reason.empty()) {
        end(Ending::Expected, "answered", base::asBytes(answer));
    } else {
        end(Ending::Failure, fmt::format("{}: {} {}", requestLine_, response.status, reason), base::asBytes(answer));
    }
}

void HttpSession::run(std::unique_ptr<HttpActivity> activity) {
    deadline_.expectNothing();
    activity_ = std::move(activity);
    activity_->start();
}

void HttpSession::beginStream(const HttpResponse& head) {
    ResponseFraming framing = this->framing();
    framing.hasLength = false;
    framing.keepAlive = false;
    send(base::asBytes(writeResponse(head, framing)));
}

void HttpSession::send(base::ByteSpan bytes) {
    if (connection_.send(bytes)) return;
    later([this] { kick("too many answers left unread"); });
}

std::size_t HttpSession::write(std::span<const iovec> ranges) {
    // What was sent before goes first; onWritable() follows.
    if (connection_.pendingBytes() > 0) return 0;
    return connection_.writeSome(ranges);
}

void HttpSession::end(Ending ending, const std::string& reason, base::ByteSpan farewell) {
    if (ended_) return;
    const bool sent = connection_.send(farewell);
    finish(ending, reason);
    if (sent) {
        connection_.closeAfterSending(kFarewellMs);
    } else {
        connection_.close();
        onGone_(*this);
    }
}

void HttpSession::later(std::function<void()> task) {
    loop_.post([weak = weak_from_this(), task = std::move(task)] {
        const auto self = weak.lock();
        if (self != nullptr && !self->ended_) task();
    });
}

void HttpSession::consume(base::ByteSpan input) {
    if (activity_ == nullptr && !waitingInput_.empty()) {
        keepForLater(input); // dropActivity() comes back to it
        return;
    }
    while (!ended_) {
        if (activity_ != nullptr) {
            if (activity_->takesInput())
                activity_->onInput(input);
            else
                keepForLater(input);
            return;
        }
        const HttpReader::Stage before = reader_.stage();
        const base::Result<std::optional<HttpRequest>> next = reader_.next(input);
        if (!next) {
            requestLine_ = "broken request";
            headOnly_ = false;
            HttpResponse response = textResponse(reader_.errorStatus(), next.error().message);
            response.close = true;
            respond(response, next.error().message);
            return;
        }
        if (!next.value()) {
            expectNext(before);
            return;
        }
        answer(*next.value());
    }
}

void HttpSession::answer(const HttpRequest& request) {
    const std::string& rawTarget = request.head.getURI();
    requestLine_ = fmt::format("{} {}", request.method(), base::printable(withoutQuery(rawTarget)));
    keepAlive_ = request.wantsKeepAlive();
    headOnly_ = request.method() == HTTPRequest::HTTP_HEAD;
    deadline_.expect(config_->limits.keepaliveTimeoutMs, kIdle);
    if (request.method() == HTTPRequest::HTTP_OPTIONS) {
        answerOptions();
        return;
    }
    const base::Result<RequestTarget> target = readTarget(rawTarget, request.field("Host"));
    if (!target) {
        respond(textResponse(400, target.error().message), target.error().message);
        return;
    }
    std::string reason;
    for (HttpHandler* handler : context_.handlers) {
        const std::optional<std::string> left = handler->handle(request, target.value(), *this);
        if (!left) return;
        if (reason.empty()) reason = *left;
    }
    if (reason.empty()) reason = "not found";
    respond(textResponse(kNotFound, reason), reason);
}

/// The same for every path, `*` included: a browser asks before it sends what it may not send unasked.
void HttpSession::answerOptions() {
    HttpResponse response;
    response.status = 204;
    response.fields = {{"Allow", kMethods}};
    if (config_->http.crossdomain) {
        response.fields.emplace_back("Access-Control-Allow-Methods", kMethods);
        response.fields.emplace_back("Access-Control-Allow-Headers", "*");
        response.fields.emplace_back("Access-Control-Max-Age", "86400");
    }
    respond(response, {});
}

/// After bytes that were not yet a request.
void HttpSession::expectNext(HttpReader::Stage before) {
    const HttpReader::Stage now = reader_.stage();
    if (now == before || now == HttpReader::Stage::NextRequest) return;
    const bool isHeader = now == HttpReader::Stage::Header;
    // The first header's time runs from the connection's begin.
    if (isHeader && requestLine_.empty()) return;
    deadline_.expect(config_->limits.headerTimeoutMs, isHeader ? kSlowHeader : kSlowBody);
}

void HttpSession::keepForLater(base::ByteSpan input) {
    waitingInput_.insert(waitingInput_.end(), input.begin(), input.end());
    if (waitingInput_.size() >= kWaitingInputBytes) connection_.pauseReading();
}

/// Its request is answered: the next one's turn comes, by a post, as the activity is still on the stack.
void HttpSession::dropActivity() {
    if (activity_ == nullptr) return;
    deadline_.expect(config_->limits.keepaliveTimeoutMs, kIdle);
    loop_.post([weak = weak_from_this(), done = std::shared_ptr<HttpActivity>(std::move(activity_))] {
        const auto self = weak.lock();
        if (self == nullptr || self->ended_) return;
        const base::Bytes waiting = std::exchange(self->waitingInput_, {});
        self->connection_.resumeReading();
        self->consume(waiting);
    });
}

void HttpSession::onLate(const char* otherwise) {
    if (ended_) return;
    constexpr int kRequestTimeout = 408;
    if (otherwise == kIdle) {
        end(Ending::Expected, otherwise, {});
        return;
    }
    if (requestLine_.empty()) requestLine_ = "no request";
    HttpResponse response = textResponse(kRequestTimeout, otherwise);
    response.close = true;
    respond(response, otherwise);
}

ResponseFraming HttpSession::framing() const {
    ResponseFraming framing;
    framing.serverName = context_.serverName;
    framing.crossdomain = config_->http.crossdomain;
    framing.keepAlive = keepAlive_;
    framing.headOnly = headOnly_;
    return framing;
}

void HttpSession::finish(Ending ending, const std::string& reason) {
    if (ended_) return;
    ended_ = true;
    deadline_.expectNothing();
    if (activity_ != nullptr) activity_->close(reason);
    constexpr const char* kFormat = "closed: {} (peer={} received={} sent={} ms={})";
    const std::int64_t livedMs = loop_.clock().monotonicMs() - startedAtMs_;
    if (ending == Ending::Expected)
        context_.log.trace(logName_, kFormat, reason, connection_.peerIp(), connection_.receivedBytes(),
                           connection_.sentBytes(), livedMs);
    else
        context_.log.warn(logName_, kFormat, reason, connection_.peerIp(), connection_.receivedBytes(),
                          connection_.sentBytes(), livedMs);
}

} // namespace hookcast::http
