#include "rtsp/Session.h"

#include "net/EndReasons.h"

#include <utility>
#include <variant>

namespace hookcast::rtsp {

Session::Session(ServerContext& context, const std::shared_ptr<const config::Config>& config, net::Loop& loop,
                 const net::Arrival& arrival, OnGone onGone)
    : Session(context, config, loop, arrival, std::move(onGone), context.numbers.next()) {}

Session::Session(ServerContext& context, const std::shared_ptr<const config::Config>& config, net::Loop& loop,
                 const net::Arrival& arrival, OnGone onGone, std::uint64_t number)
    : GatedSession(loop, context.log, config::logNameOf(config::Protocol::Rtsp, number), arrival, *config,
                   std::move(onGone)),
      context_(context), config_(config), number_(number),
      reader_({config_->limits.rtspHeaderBytes, config_->limits.rtspBodyBytes}),
      introduction_(context.log.introduce({logName(), number, connection().peerIp(), {}})) {}

void Session::start() {
    expect(config_->limits.idleTimeoutMs, net::kNothingUseful);
    limitAdmission(config_->limits.admissionTimeoutMs);
    GatedSession::start();
}

void Session::onWritable() {
    if (conversation_) conversation_->onWritable();
}

void Session::onEnd(const std::string& reason) {
    if (conversation_) conversation_->close(reason);
}

void Session::consume(base::ByteSpan& input) {
    if (!conversation_)
        conversation_.emplace(
            context_, config_, loop(), *this,
            visits::Caller{number_, logName(), config::Protocol::Rtsp, clientIp(), false, connection().isEncrypted()});
    while (!hasEnded() && !isSuspended()) {
        auto next = reader_.next(input);
        if (!next) {
            RtspResponse farewell;
            farewell.status = reader_.errorStatus();
            end("broken RTSP: " + next.error().message, serialize(farewell));
            return;
        }
        if (!next.value()) return;
        deliver(std::move(*next.value()));
    }
}

void Session::deliver(RtspItem&& item) {
    if (auto* request = std::get_if<RtspRequest>(&item))
        conversation_->onRequest(std::move(*request));
    else if (const auto* frame = std::get_if<InterleavedFrame>(&item))
        conversation_->onInterleaved(frame->channel, frame->payload);
}

} // namespace hookcast::rtsp
