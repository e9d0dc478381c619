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
    auto url = hub::parseStreamUrl(split.base);
    if (!url) {
        reply(request, 404);
        return false;
    }
    if (config_->findVhost(url.value().vhost) != gate_.vhost()) {
        refuse(request, 403, "another vhost on a connection that was admitted to " + vhost().name);
        return false;
    }
    // Before anything is told or taken: no backend is asked about that until RECORD or PLAY.
    if (const std::string denied = gate_.denial(use); !denied.empty()) {
        refuse(request, 403, denied);
        return false;
    }
    target_ = url.take();
    baseUrl_ = split.base;
    return true;
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

void Dialogue::ask(hooks::HookAction action, const RtspRequest& request,
                   const std::function<void(hooks::Ticket)>& onAdmitted) {
    wait();
    hooks::ClientGate::Wish wish;
    wish.stream = target_->stream;
    wish.param = target_->param;
    wish.url = target_->url;
    wish.streamId = context_.streams.streamId(key());
    gate_.ask(action, wish, [this, request, onAdmitted](base::Result<hooks::Ticket> verdict) {
        if (verdict)
            onAdmitted(verdict.take());
        else
            refuse(request, 403,
                   fmt::format("{} refused: {}", base::printable(target_->stream), verdict.error().message));
    });
}

} // namespace hookcast::rtsp
