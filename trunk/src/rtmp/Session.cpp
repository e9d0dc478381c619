#include "rtmp/Session.h"

#include "base/ByteReader.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/Replies.h"

#include <algorithm>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr const char* kSlowHandshake = "the handshake took longer than handshake_timeout";

ChunkReader::Limits readerLimits(const config::LimitsConfig& limits, bool publishes) {
    if (publishes) return {limits.messageBytes, limits.partialBytes, limits.chunkStreams};
    // Whoever sends no media has nothing long to say.
    return {std::min(limits.messageBytes, limits.unadmittedBytes),
            std::min(limits.partialBytes, limits.unadmittedBytes), limits.chunkStreams};
}

} // namespace

Session::Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                 const net::Arrival& arrival, OnGone onGone)
    : Session(context, std::move(config), loop, arrival, std::move(onGone), context.numbers.next()) {}

Session::Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                 const net::Arrival& arrival, OnGone onGone, std::uint64_t number)
    : GatedSession(loop, context.log, config::logNameOf(config::Protocol::Rtmp, number), arrival, *config,
                   std::move(onGone)),
      context_(context), config_(std::move(config)), number_(number), handshake_(std::make_unique<ServerHandshake>()),
      reader_(readerLimits(config_->limits, false)),
      introduction_(context.log.introduce({logName(), number, connection().peerIp(), {}})) {}

void Session::start() {
    expect(config_->limits.handshakeTimeoutMs, kSlowHandshake);
    limitAdmission(config_->limits.admissionTimeoutMs);
    GatedSession::start();
}

std::string Session::vhostName() const {
    return conversation_ == nullptr ? std::string() : conversation_->vhostName();
}

void Session::onWritable() {
    if (conversation_ != nullptr) conversation_->onWritable();
}

void Session::onEnd(const std::string& reason) {
    if (conversation_ != nullptr) conversation_->close(reason);
}

void Session::consume(base::ByteSpan& input) {
    if (handshake_ != nullptr && !shakeHands(input)) return;
    while (!hasEnded() && !isSuspended()) {
        reader_.setLimits(readerLimits(config_->limits, conversation_->publishes()));
        base::Result<std::optional<Message>> next = reader_.next(input);
        if (!next) {
            end("broken chunk stream: " + next.error().message, {});
            return;
        }
        if (!next.value()) return;
        deliver(std::move(*next.value()));
    }
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
        context_, config_, loop(), *this, visits::Caller{number_, logName(), config::Protocol::Rtmp, clientIp()});
    return true;
}

void Session::deliver(Message&& message) {
    switch (message.type) {
    case MessageType::CommandAmf0:
    case MessageType::CommandAmf3: conversation_->onCommand(std::move(message)); return;
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

void Session::onReceived() {
    if (conversation_ == nullptr) return;
    const std::uint32_t configured = conversation_->ackWindowBytes();
    const std::uint32_t window = configured != 0 ? configured : clientAckWindowBytes_;
    const std::uint64_t received = connection().receivedBytes();
    if (window == 0 || received - acknowledgedBytes_ < window) return;
    acknowledgedBytes_ = received;
    Replies out(conversation_->replyChunkSizeBytes());
    out.acknowledgement(static_cast<std::uint32_t>(received));
    conversation_->reply(out.bytes());
}

} // namespace hookcast::rtmp
