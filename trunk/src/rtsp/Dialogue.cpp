#include "rtsp/Dialogue.h"

#include "base/RandomId.h"
#include "rtsp/HeaderFields.h"
#include "rtsp/StreamUrls.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr std::size_t kSessionIdLength = 16;

} // namespace

Dialogue::Dialogue(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                   net::SessionPort& port, const hooks::ClientGate::Caller& caller)
    : context_(context), config_(std::move(config)), loop_(loop), port_(port),
      gate_(context.admission, loop, caller,
            {[this] { return traffic(); }, [&port](const std::string& reason) { port.endLater(reason); }}) {}

net::SessionPort::Traffic Dialogue::traffic() const {
    net::SessionPort::Traffic all = port_.traffic();
    if (udpTraffic_ == nullptr) return all;
    const net::SessionPort::Traffic udp = udpTraffic_();
    all.sentBytes += udp.sentBytes;
    all.receivedBytes += udp.receivedBytes;
    return all;
}

bool Dialogue::adoptTarget(const RtspRequest& request, config::StreamUse use) {
    const RequestUrl split = splitRequestUrl(request.url);
    if (split.base.size() > config_->limits.urlBytes) {
        refuse(request, 414, "the URL is longer than url_size");
        return false;
    }
    auto url = hub::parseStreamUrl(split.base, hub::PathEncoding::Percent);
    if (!url) {
        warnOnce(url.error().message);
        reply(request, 404);
        return false;
    }
    if (refusesPlace(request, url.value())) return false;
    // Before anything is told or taken: no backend is asked about that until RECORD or PLAY.
    if (const std::string denied = gate_.denial(use); !denied.empty()) {
        refuse(request, 403, denied);
        return false;
    }
    target_ = url.take();
    baseUrl_ = split.base;
    return true;
}

/// The backends were asked about one vhost and one application.
bool Dialogue::refusesPlace(const RtspRequest& request, const hub::StreamUrl& url) {
    if (config_->findVhost(url.vhost) != gate_.vhost())
        refuse(request, 403, "another vhost on a connection that was admitted to " + vhost().name);
    else if (url.app != gate_.place().app)
        refuse(request, 403,
               "another application on a connection that was admitted to " + base::printable(gate_.place().app));
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
    if (isWithin && config_->findVhost(url.value().vhost) == gate_.vhost()) return true;
    if (!refusesPlace(request, url.value())) reply(request, 404);
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
    if (playback_ != nullptr)
        playback_->interject(bytes);
    else
        port_.send(bytes);
}

void Dialogue::refuse(const RtspRequest& request, int status, const std::string& reason) {
    port_.end(reason, serialize(answer(request, status)));
}

void Dialogue::warnOnce(const std::string& reason) {
    if (!std::exchange(warned_, true)) context_.log.warn(logName(), "{}", reason);
}

void Dialogue::wait() {
    waiting_ = true;
    port_.suspend();
    port_.expectNothing();
}

void Dialogue::goOn() {
    waiting_ = false;
    port_.resume();
}

hooks::ClientGate::Wish Dialogue::wish() const {
    hooks::ClientGate::Wish wish;
    wish.app = target_->app;
    wish.stream = target_->stream;
    wish.param = target_->param;
    wish.url = target_->url;
    wish.streamId = context_.streams.streamId(gate_.keyOf(wish));
    return wish;
}

void Dialogue::ask(hooks::HookAction action, const RtspRequest& request,
                   const std::function<void(hooks::Ticket)>& onAdmitted) {
    wait();
    gate_.ask(action, wish(), [this, request, onAdmitted](base::Result<hooks::Ticket> verdict) {
        if (verdict)
            onAdmitted(verdict.take());
        else
            refuse(request, 403,
                   fmt::format("{} refused: {}", base::printable(target_->stream), verdict.error().message));
    });
}

} // namespace hookcast::rtsp
