#include "rtsp/Dialogue.h"

#include "base/RandomId.h"
#include "net/EndReasons.h"
#include "rtsp/HeaderFields.h"
#include "rtsp/StreamUrls.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr std::size_t kSessionIdLength = 16;

} // namespace

Dialogue::Dialogue(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                   net::SessionPort& port, const visits::Caller& caller)
    : visits::PortVisitor(port), context_(context), config_(std::move(config)), loop_(loop),
      isEncrypted_(caller.isEncrypted), visit_(context, loop, caller, *this) {}

net::SessionPort::Traffic Dialogue::traffic() const {
    net::SessionPort::Traffic all = port().traffic();
    if (udpTraffic_ == nullptr) return all;
    const net::SessionPort::Traffic udp = udpTraffic_();
    all.sentBytes += udp.sentBytes;
    all.receivedBytes += udp.receivedBytes;
    return all;
}

base::Result<hub::StreamUrl> Dialogue::parse(std::string_view base) const {
    return hub::parseStreamUrl(base, hub::PathEncoding::Percent, config_->rtsp.defaultApp);
}

bool Dialogue::adoptTarget(const RtspRequest& request, config::StreamUse use) {
    const RequestUrl split = splitRequestUrl(request.url);
    if (split.base.size() > config_->limits.urlBytes) {
        refuse(request, kUriTooLong, {hooks::RefusalCause::Limit, net::kUrlTooLong});
        return false;
    }
    auto url = parse(split.base);
    if (!url) {
        warnOnce(url.error().message);
        reply(request, kNotFound);
        return false;
    }
    if (refusesPlace(request, url.value())) return false;
    // Before anything is told or taken: no backend is asked about that until RECORD or PLAY.
    if (const std::optional<hooks::Fault> denied = visit_.denial(use)) {
        refuse(request, kForbidden, *denied, vhost().name + "/" + url.value().app + "/" + url.value().stream);
        return false;
    }
    target_ = url.take();
    return true;
}

/// The backends were asked about one vhost and one application.
bool Dialogue::refusesPlace(const RtspRequest& request, const hub::StreamUrl& url) {
    if (!isInItsVhost(url))
        refuse(request, kForbidden,
               {hooks::RefusalCause::Request, "another vhost on a connection that was admitted to " + vhost().name},
               url.vhost + "/" + url.app + "/" + url.stream);
    else if (url.app != visit_.place().app)
        refuse(request, kForbidden,
               {hooks::RefusalCause::Request,
                "another application on a connection that was admitted to " + base::printable(visit_.place().app)},
               vhost().name + "/" + url.app + "/" + url.stream);
    else
        return false;
    return true;
}

bool Dialogue::isAboutTarget(const RtspRequest& request) {
    const std::string base = splitRequestUrl(request.url).base;
    const auto url = parseInTarget(base);
    if (!url) return true; // as `*`: it names nothing else
    // Clients of a single track name it here, wherever they put the query; behind a bare name it looks like a stream.
    const std::string within = target_->app + "/" + target_->stream + "/";
    const bool isWithin = (url.value().app + "/").starts_with(within) && isInItsVhost(url.value());
    if (isWithin || isTarget(base) || isTarget(base.substr(0, withoutQuery(base).rfind('/')))) return true;
    if (!refusesPlace(request, url.value())) reply(request, kNotFound);
    return false;
}

bool Dialogue::isTarget(std::string_view base) const {
    const auto url = parseInTarget(base);
    return url && url.value().app == target_->app && url.value().stream == target_->stream && isInItsVhost(url.value());
}

bool Dialogue::isBaseOfTracks(std::string_view base) const {
    // Behind a query, the Content-Base ends with the stream's name for RFC 3986, 5.2.3, which takes that away.
    const std::string_view path = withoutQuery(target_->url);
    return isTarget(base) || (!target_->param.empty() && base == path.substr(0, path.rfind('/')));
}

/// The vhost may stand in the query.
base::Result<hub::StreamUrl> Dialogue::parseInTarget(std::string_view base) const {
    const bool hasQuery = withoutQuery(base).size() < base.size();
    return parse(hasQuery ? std::string(base) : std::string(base) + target_->param);
}

bool Dialogue::isInItsVhost(const hub::StreamUrl& url) const {
    return config_->findVhost(url.vhost) == visit_.vhost();
}

std::string Dialogue::contentBase() const {
    return target_->url + "/";
}

void Dialogue::openSession() {
    if (sessionId_.empty()) sessionId_ = base::randomId(kSessionIdLength);
}

void Dialogue::closeSession() {
    sessionId_.clear();
    target_.reset();
}

RtspResponse Dialogue::answer(const RtspRequest& request, int status) const {
    RtspResponse response;
    response.status = status;
    if (const auto cseq = request.cseq()) response.headers.add("CSeq", std::to_string(*cseq));
    response.headers.add("Server", "hookcast");
    if (!sessionId_.empty()) {
        const auto timeoutSec = static_cast<std::uint32_t>(config_->rtsp.sessionTimeoutMs / 1000);
        response.headers.add("Session", writeSession({sessionId_, timeoutSec}));
    }
    return response;
}

void Dialogue::reply(const RtspResponse& response) {
    const base::Bytes bytes = serialize(response);
    if (repliesBetweenFrames_ && visit_.playback() != nullptr)
        visit_.playback()->interject(bytes);
    else
        port().send(bytes);
}

void Dialogue::refuse(const RtspRequest& request, const RtspResponse& response, const hooks::Fault& why,
                      const std::string& stream) {
    const bool publishes = request.method == "ANNOUNCE" || request.method == "RECORD";
    const hooks::HookAction wanted = publishes ? hooks::HookAction::Publish : hooks::HookAction::Play;
    const bool hasName = stream.empty() && target_ && visit_.connected();
    visit_.tellRefusal(visit_.connected() ? wanted : hooks::HookAction::Connect, hasName ? key().text() : stream, why);
    port().endRefused(why.message, serialize(response));
}

void Dialogue::warnOnce(const std::string& reason) {
    if (!std::exchange(warned_, true)) context_.log.warn(logName(), "{}", reason);
}

void Dialogue::wait() {
    waiting_ = true;
    PortVisitor::suspend();
    visit_.expectNothing();
}

void Dialogue::goOn() {
    waiting_ = false;
    resume();
}

visits::Wish Dialogue::wish() const {
    return {target_->app, target_->stream, target_->param, target_->url, true};
}

void Dialogue::refuseVisit(const RtspResponse& response, const std::string& what, const visits::Refusal& refusal) {
    port().endRefused(net::refused(what, refusal.reason), serialize(response));
}

} // namespace hookcast::rtsp
