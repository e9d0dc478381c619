#include "http/HttpSession.h"

#include "http/AnswerRest.h"
#include "http/ForwardedFor.h"
#include "http/HttpStatus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::http {

namespace {

constexpr const char* kSlowHeader = "no whole request header within header_timeout";
constexpr const char* kSlowBody = "no whole request body within header_timeout";
constexpr const char* kNoHttp2 = "HTTP/2 is not spoken here";
constexpr const char* kIdle = "no further request within keepalive_timeout";

/// Of a body, that go with its head.
constexpr std::size_t kMostRanges = 64;

} // namespace

HttpSession::HttpSession(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                         const net::Arrival& arrival, OnGone onGone)
    : HttpSession(context, std::move(config), loop, arrival, std::move(onGone), context.numbers.next()) {}

HttpSession::HttpSession(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                         const net::Arrival& arrival, OnGone onGone, std::uint64_t number)
    : GatedSession(loop, context.log, config::logNameOf(config::Protocol::HttpFlv, number), arrival, *config,
                   std::move(onGone)),
      context_(context), config_(std::move(config)), number_(number),
      reader_({config_->limits.headerBytes, config_->limits.bodyBytes}), round_(context),
      introduction_(context.log.introduce({logName(), number, connection().peerIp(), {}})) {}

void HttpSession::start() {
    expect(config_->limits.headerTimeoutMs, kSlowHeader);
    GatedSession::start();
}

std::string HttpSession::vhostName() const {
    return activity_ == nullptr ? std::string() : activity_->vhostName();
}

void HttpSession::endOn(const IsGone& isGone, const std::string& reason) {
    if (activity_ == nullptr || !activity_->endOn(isGone, reason)) TcpSession::endOn(isGone, reason);
}

void HttpSession::onWritable() {
    if (activity_ == nullptr || hasEnded()) return;
    if (callActivity([](HttpActivity& activity) { activity.onWritable(); })) resume();
}

/// True: it has answered meanwhile, and is gone, and so is the answer. Most do so within one call: what ends them costs
/// nothing then.
template <typename Step>
bool HttpSession::callActivity(Step step) {
    isCalling_ = true;
    try {
        step(*activity_);
    } catch (...) {
        isCalling_ = false;
        throw;
    }
    isCalling_ = false;
    const bool isDone = done_ != nullptr && activity_ == nullptr;
    done_.reset();
    return isDone && !hasEnded();
}

/// `isTold`: the log knows of the refusal.
void HttpSession::conclude(const HttpResponse& response, const std::string& refusal, bool isTold) {
    if (hasEnded()) return;
    ResponseFraming framing = this->framing();
    // Nobody reads over what belongs to a request that is refused.
    const bool bodyComes = reader_.stage() == HttpReader::Stage::Body;
    framing.keepAlive = framing.keepAlive && !response.close && (refusal.empty() || !bodyComes);
    std::string answer = writeResponse(response, framing);
    const std::string line =
        refusal.empty() ? std::string("answered") : fmt::format("{}: {} {}", requestLine_, response.status, refusal);
    if (!refusal.empty()) isQuiet_ = false;
    if (framing.keepAlive && !refusal.empty() && !isTold)
        log().about(clientIp(), line, base::LogLevel::Trace, logName(), loop().clock().monotonicMs(), line);
    const auto goOn = [this, line, keepAlive = framing.keepAlive, isServed = refusal.empty(), isTold] {
        if (keepAlive)
            endActivity();
        else if (isServed)
            endAsExpected(line, {});
        else if (isTold)
            endRefused(line, {});
        else
            end(line, {});
    };
    const iovec whole{answer.data(), answer.size()};
    const std::size_t sentBytes = write({&whole, 1});
    if (sentBytes == answer.size())
        goOn();
    else
        sendRest(std::move(answer), sentBytes, goOn);
}

void HttpSession::sendRest(std::string answer, std::size_t sentBytes, std::function<void()> onSent) {
    suspend();
    if (activity_ != nullptr) retireActivity();
    activity_ = std::make_unique<AnswerRest>(*this, std::move(answer), sentBytes, config_->limits.idleTimeoutMs,
                                             std::move(onSent));
    activity_->start();
}

void HttpSession::run(std::unique_ptr<HttpActivity> activity) {
    expectNothing();
    activity_ = std::move(activity);
    if (!activity_->takesInput()) suspend();
    // Whoever has read the request goes on with what is behind it.
    if (callActivity([](HttpActivity& begun) { begun.start(); })) unsuspend();
}

void HttpSession::leave(const std::string& reason) {
    round_.noteLeft(reason);
    // The activity is still on the stack, and the session waits for it. Whatever it has open ends before another asks.
    later([this, done = std::shared_ptr<HttpActivity>(std::move(activity_))]() mutable {
        done.reset();
        expect(config_->limits.keepaliveTimeoutMs, kIdle);
        round_.goOn(*this);
        if (!hasEnded() && (activity_ == nullptr || activity_->takesInput())) resume();
    });
}

std::size_t HttpSession::beginBody(const HttpResponse& head, std::span<const iovec> front) {
    std::string text = writeResponse(head, framing());
    if (front.empty() || front.size() > kMostRanges || connection().pendingBytes() > 0) {
        send(base::asBytes(text));
        return 0;
    }
    std::array<iovec, kMostRanges + 1> ranges;
    ranges[0] = {text.data(), text.size()};
    std::ranges::copy(front, ranges.begin() + 1);
    const std::size_t taken = write({ranges.data(), front.size() + 1});
    if (taken >= text.size()) return taken - text.size();
    send(base::asBytes(text).subspan(taken));
    return 0;
}

void HttpSession::endBody() {
    if (hasEnded()) return;
    if (keepAlive_)
        endActivity();
    else
        endAsExpected("answered", {});
}

void HttpSession::beginStream(const HttpResponse& head) {
    isQuiet_ = false;
    ResponseFraming framing = this->framing();
    framing.keepAlive = false;
    send(base::asBytes(writeResponse(head, framing)));
}

void HttpSession::later(std::function<void()> task) {
    loop().post([weak = weak_from_this(), this, task = std::move(task)] {
        const auto self = weak.lock();
        if (self != nullptr && !hasEnded()) task();
    });
}

visits::Caller HttpSession::caller() const {
    return {number_, logName(), config::Protocol::HttpFlv, clientIp()};
}

void HttpSession::consume(base::ByteSpan& input) {
    while (!hasEnded() && !isSuspended()) {
        if (activity_ != nullptr) {
            if (!input.empty()) activity_->onInput(std::exchange(input, {}));
            return;
        }
        const HttpReader::Stage before = reader_.stage();
        base::Result<std::optional<HttpRequest>> next = reader_.next(input);
        if (!next) {
            requestLine_ = "broken request";
            requestIp_.clear();
            headOnly_ = false;
            HttpResponse response = textResponse(reader_.errorStatus(), next.error().message);
            response.close = true;
            respond(response, next.error().message);
            return;
        }
        if (!next.value()) {
            expectRest(before);
            return;
        }
        answer(std::move(*next.value()));
    }
}

void HttpSession::onLate(const char* otherwise) {
    if (otherwise == kIdle) {
        endAsExpected(otherwise, {});
        return;
    }
    if (activity_ != nullptr || awaitsBody_) {
        end(otherwise, {}); // in the middle of an answer, or behind it
        return;
    }
    requestLine_ = "slow request";
    requestIp_.clear();
    headOnly_ = false;
    HttpResponse response = textResponse(kRequestTimeout, otherwise);
    response.close = true;
    respond(response, otherwise);
}

void HttpSession::onEnd(const std::string& reason) {
    if (!vhostName().empty()) isQuiet_ = false;
    if (activity_ != nullptr) activity_->close(reason);
}

void HttpSession::answer(HttpRequest&& request) {
    if (request.head.version() == RequestHead::kHttp2) {
        speakHttp2();
        return;
    }
    const std::string& rawTarget = request.head.uri();
    requestLine_ = fmt::format("{} {}", request.method(), base::printable(withoutQuery(rawTarget)));
    keepAlive_ = request.wantsKeepAlive();
    headOnly_ = request.method() == RequestHead::kHead;
    std::string ip = clientOf(request, GatedSession::clientIp(), *config_);
    if (ip != clientIp()) introduction_ = log().introduce({logName(), number_, ip, {}});
    requestIp_ = std::move(ip);
    awaitsBody_ = false;
    expect(config_->limits.keepaliveTimeoutMs, kIdle);
    if (const auto moved = place().moveTo(requestIp_); !moved) {
        HttpResponse response = textResponse(kUnavailable, "too many connections");
        response.close = true;
        respond(response, moved.error().message);
        return;
    }
    // HTTP/1.0 knows no Host; a request of HTTP/1.1 without one did not get this far.
    std::string host = request.head.has("Host") ? std::string() : connection().localAddress();
    round_.begin(std::move(request),
                 {serverConfig(), config_->api.asksForSecret, connection().isEncrypted(), std::move(host)}, *this);
}

/// Before any other request, as a client does who knows that it is spoken here: from ALPN, or by himself.
void HttpSession::speakHttp2() {
    const bool isFirst = std::exchange(requestLine_, "HTTP/2").empty();
    if (!isFirst || context_.http2 == nullptr || !serverConfig().http2) {
        HttpResponse response = textResponse(kVersionNotSupported, kNoHttp2);
        response.close = true;
        respond(response, kNoHttp2);
        return;
    }
    run(context_.http2->speakOn({*this, place(), GatedSession::clientIp(), connection().isEncrypted()}));
}

/// After bytes that did not complete a request, or the body behind one.
void HttpSession::expectRest(HttpReader::Stage before) {
    const HttpReader::Stage now = reader_.stage();
    if (now == HttpReader::Stage::Body) {
        if (!std::exchange(awaitsBody_, true)) expect(config_->limits.headerTimeoutMs, kSlowBody);
        return;
    }
    if (before == HttpReader::Stage::Body) expect(config_->limits.keepaliveTimeoutMs, kIdle);
    if (now == before || now == HttpReader::Stage::NextRequest) return;
    // The first header's time runs from the connection's begin.
    if (requestLine_.empty()) return;
    expect(config_->limits.headerTimeoutMs, kSlowHeader);
}

/// It may be on the stack. True: nobody looks after the session once it is not.
bool HttpSession::retireActivity() {
    if (isCalling_) {
        done_ = std::move(activity_);
        return false;
    }
    later([done = std::shared_ptr<HttpActivity>(std::move(activity_))] {});
    return true;
}

/// Its request is answered: the next one's turn comes once the activity is not on the stack any more.
void HttpSession::endActivity() {
    if (activity_ == nullptr) return;
    expect(config_->limits.keepaliveTimeoutMs, kIdle);
    suspend();
    if (retireActivity()) later([this] { resume(); });
}

ResponseFraming HttpSession::framing() const {
    ResponseFraming framing;
    framing.serverName = context_.serverName;
    framing.unixS = GatedSession::loop().clock().unixS();
    framing.crossdomain = serverConfig().crossdomain;
    framing.keepAlive = keepAlive_;
    framing.headOnly = headOnly_;
    return framing;
}

} // namespace hookcast::http
