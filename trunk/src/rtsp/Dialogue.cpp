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
      visit_(context, loop, caller, *this) {}

net::SessionPort::Traffic Dialogue::traffic() const {
    net::SessionPort::Traffic all = port().traffic();
    if (udpTraffic_ == nullptr) return all;
    const net::SessionPort::Traffic udp = udpTraffic_();
    all.sentBytes += udp.sentBytes;
    all.receivedBytes += udp.receivedBytes;
    return all;
}

bool Dialogue::adoptTarget(const RtspRequest& request, config::StreamUse use) {
    const RequestUrl split = splitRequestUrl(request.url);
    if (split.base.size() > config_->limits.urlBytes) {
        refuse(request, kUriTooLong, net::kUrlTooLong);
        return false;
    }
    auto url = hub::parseStreamUrl(split.base, hub::PathEncoding::Percent);
    if (!url) {
        warnOnce(url.error().message);
        reply(request, kNotFound);
        return false;
    }
    if (refusesPlace(request, url.value())) return false;
    // Before anything is told or taken: no backend is asked about that until RECORD or PLAY.
    if (const std::string denied = visit_.denial(use); !denied.empty()) {
        refuse(request, kForbidden, denied);
        return false;
    }
    target_ = url.take();
    baseUrl_ = split.base;
    return true;
}

/// The backends were asked about one vhost and one application.
bool Dialogue::refusesPlace(const RtspRequest& request, const hub::StreamUrl& url) {
    if (config_->findVhost(url.vhost) != visit_.vhost())
        refuse(request, kForbidden, "another vhost on a connection that was admitted to " + vhost().name);
    else if (url.app != visit_.place().app)
        refuse(request, kForbidden,
               "another application on a connection that was admitted to " + base::printable(visit_.place().app));
    else
        return false;
    return true;
}

bool Dialogue::isAboutTarget(const RtspRequest& request) {
    const auto url = hub::parseStreamUrl(splitRequestUrl(request.url).base, hub::PathEncoding::Percent);
    if (!url) return true; // as `*`: it names nothing else
    // Clients of a single track name it here, wherever they put the query.
    const std::string asked = url.value().app + "/" + url.value().stream;
    const std::string target = target_->app + "/" + target_->stream;
    const bool isWithin = asked == target || asked.starts_with(target + "/");
    if (isWithin && config_->findVhost(url.value().vhost) == visit_.vhost()) return true;
    if (!refusesPlace(request, url.value())) reply(request, kNotFound);
    return false;
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

void Dialogue::refuse(const RtspRequest& request, int status, const std::string& reason) {
    port().end(reason, serialize(answer(request, status)));
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
    return {target_->app, target_->stream, target_->param, target_->url};
}

void Dialogue::refuseTarget(const RtspRequest& request, const std::string& reason) {
    refuse(request, kForbidden, net::refused(target_->stream, reason));
}

} // namespace hookcast::rtsp
