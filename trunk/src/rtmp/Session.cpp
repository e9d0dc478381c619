#include "rtmp/Session.h"

#include "base/ByteReader.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/Replies.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::rtmp {

namespace {

/// While a verdict is out, so much input is kept before the kernel's window is left to close.
constexpr std::size_t kWaitingInputBytes = 64 * 1024;

/// How long a refused client has to read why.
constexpr std::int64_t kFarewellMs = 2000;

constexpr const char* kSlowHandshake = "the handshake took longer than handshake_timeout";

ChunkReader::Limits readerLimits(const config::LimitsConfig& limits) {
    return {limits.messageBytes, limits.partialBytes, limits.chunkStreams};
}

} // namespace

Session::Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                 const Poco::Net::StreamSocket& socket, OnGone onGone)
    : context_(context), config_(std::move(config)), loop_(loop), onGone_(std::move(onGone)),
      connection_(loop, socket, *this, config_->limits.controlBytes), handshake_(std::make_unique<ServerHandshake>()),
      reader_(readerLimits(config_->limits)), number_(++context.lastClientNumber),
      startedAtMs_(loop.clock().monotonicMs()) {
    logName_ = fmt::format("rtmp-{}", number_);
}

Session::~Session() {
    expectNothing();
    loop_.cancel(watchTimer_);
}

void Session::start() {
    context_.log.info(logName_, "accepted from {}:{}", connection_.peerIp(), connection_.peerPort());
    // The dialogue before the media is many small messages; tcp_nodelay decides about the media.
    connection_.setNoDelay(true);
    expect(config_->limits.handshakeTimeoutMs, kSlowHandshake);
    connection_.start();
}

void Session::kick(const std::string& reason) {
    if (ended_) {
        connection_.close();
        onGone_(*this);
        return;
    }
    finish(reason, false);
    connection_.close();
    onGone_(*this);
}

void Session::onData(base::ByteSpan bytes) {
    if (ended_) return;
    acknowledge();
    if (suspended_)
        keepForLater(bytes);
    else
        consume(bytes);
}

void Session::onWritable() {
    if (conversation_ != nullptr) conversation_->onWritable();
}

void Session::onDisconnected(const std::string& reason) {
    finish(reason, true);
    onGone_(*this);
}

void Session::send(base::ByteSpan bytes) {
    if (!connection_.send(bytes)) endLater("too many replies left unread");
}

std::size_t Session::write(std::span<const iovec> ranges) {
    // Replies from before the playback go first; onWritable() follows.
    if (connection_.pendingBytes() > 0) return 0;
    return connection_.writeSome(ranges);
}

void Session::resume() {
    suspended_ = false;
    const base::Bytes waiting = std::exchange(waitingInput_, {});
    consume(waiting);
    if (!suspended_ && !ended_) connection_.resumeReading();
}

void Session::expect(std::int64_t withinMs, const char* otherwise) {
    deadlineMs_ = loop_.clock().monotonicMs() + withinMs;
    otherwise_ = otherwise;
    watch();
}

void Session::expectNothing() {
    deadlineMs_ = 0;
}

void Session::end(const std::string& reason, base::ByteSpan farewell) {
    if (ended_) return;
    const bool sent = connection_.send(farewell);
    finish(reason, false);
    if (sent) {
        connection_.closeAfterSending(kFarewellMs);
    } else {
        connection_.close();
        onGone_(*this);
    }
}

void Session::endLater(const std::string& reason) {
    loop_.post([weak = weak_from_this(), reason] {
        const auto self = weak.lock();
        if (self != nullptr && !self->ended_) self->kick(reason);
    });
}

void Session::consume(base::ByteSpan input) {
    if (handshake_ != nullptr && !shakeHands(input)) return;
    while (!ended_ && !suspended_) {
        base::Result<std::optional<Message>> next = reader_.next(input);
        if (!next) {
            end("broken chunk stream: " + next.error().message, {});
            return;
        }
        if (!next.value()) return;
        deliver(std::move(*next.value()));
    }
    if (suspended_) keepForLater(input);
}

bool Session::shakeHands(base::ByteSpan& input) {
    base::Bytes output;
    const base::Result<bool> done = handshake_->next(input, output);
    if (!done) {
        end("broken handshake: " + done.error().message, {});
        return false;
    }
    send(output);
    if (!done.value()) return false;
    handshake_.reset();
    conversation_ = std::make_unique<Conversation>(
        context_, config_, loop_, *this, hooks::ClientGate::Caller{number_, logName_, "rtmp", connection_.peerIp()});
    return true;
}

void Session::deliver(Message&& message) {
    switch (message.type) {
    case MessageType::CommandAmf0:
    case MessageType::CommandAmf3: conversation_->onCommand(message); return;
    case MessageType::Audio:
    case MessageType::Video:
    case MessageType::DataAmf0:
    case MessageType::DataAmf3:
    case MessageType::Aggregate: conversation_->onMedia(std::move(message)); return;
    case MessageType::WindowAckSize: clientAckWindowBytes_ = base::ByteReader(message.payload).u32(); return;
    case MessageType::UserControl: onUserControl(message); return;
    default: return;
    }
}

void Session::onUserControl(const Message& message) {
    base::ByteReader reader(message.payload);
    const auto event = static_cast<UserControlEvent>(reader.u16());
    const std::uint32_t timestampMs = reader.u32();
    if (!reader.ok() || event != UserControlEvent::PingRequest) return;
    Replies out(conversation_->replyChunkSizeBytes());
    out.pingResponse(timestampMs);
    conversation_->reply(out.bytes());
}

void Session::acknowledge() {
    if (conversation_ == nullptr) return;
    const std::uint32_t configured = conversation_->ackWindowBytes();
    const std::uint32_t window = configured != 0 ? configured : clientAckWindowBytes_;
    const std::uint64_t received = connection_.receivedBytes();
    if (window == 0 || received - acknowledgedBytes_ < window) return;
    acknowledgedBytes_ = received;
    Replies out(conversation_->replyChunkSizeBytes());
    out.acknowledgement(static_cast<std::uint32_t>(received));
    conversation_->reply(out.bytes());
}

void Session::keepForLater(base::ByteSpan input) {
    waitingInput_.insert(waitingInput_.end(), input.begin(), input.end());
    if (waitingInput_.size() >= kWaitingInputBytes) connection_.pauseReading();
}

void Session::watch() {
    // A deadline that moves on, as it does with every message of a publisher, costs nothing: the timer that is
    // running looks again when it fires.
    if (watchTimer_ != 0 && watchAtMs_ <= deadlineMs_) return;
    loop_.cancel(watchTimer_);
    watchAtMs_ = deadlineMs_;
    watchTimer_ = loop_.runAfter(deadlineMs_ - loop_.clock().monotonicMs(), [this] { onDeadline(); });
}

void Session::onDeadline() {
    watchTimer_ = 0;
    if (ended_ || deadlineMs_ == 0) return;
    if (loop_.clock().monotonicMs() < deadlineMs_)
        watch();
    else
        end(otherwise_, {});
}

void Session::finish(const std::string& reason, bool expected) {
    if (ended_) return;
    ended_ = true;
    expectNothing();
    if (conversation_ != nullptr) conversation_->close(reason);
    constexpr const char* kFormat = "closed: {} (peer={} received={} sent={} ms={})";
    const std::int64_t livedMs = loop_.clock().monotonicMs() - startedAtMs_;
    if (expected)
        context_.log.trace(logName_, kFormat, reason, connection_.peerIp(), connection_.receivedBytes(),
                           connection_.sentBytes(), livedMs);
    else
        context_.log.warn(logName_, kFormat, reason, connection_.peerIp(), connection_.receivedBytes(),
                          connection_.sentBytes(), livedMs);
}

} // namespace hookcast::rtmp
