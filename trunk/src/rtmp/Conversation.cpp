#include "rtmp/Conversation.h"

#include "base/RandomId.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/MediaInput.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr std::size_t kClientIdLength = 8;

constexpr const char* kNothingUseful = "neither publishes nor plays";
constexpr const char* kNoFirstMedia = "the publisher sent no media within firstpkt_timeout";
constexpr const char* kNoMedia = "the publisher sent no media within normal_timeout";

constexpr const char* kPublishBadName = "NetStream.Publish.BadName";
constexpr const char* kPublishDenied = "NetStream.Publish.Denied";
constexpr const char* kPlayFailed = "NetStream.Play.Failed";

const Amf& argument(const Command& command, std::size_t index) {
    static const Amf kNone;
    return index < command.arguments.size() ? command.arguments[index] : kNone;
}

} // namespace

Conversation::Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                           SessionPort& port, Caller caller)
    : context_(context), config_(std::move(config)), loop_(loop), port_(port), caller_(std::move(caller)),
      replyChunkSizeBytes_(kDefaultChunkSizeBytes) {
    port_.expect(config_->limits.idleTimeoutMs, kNothingUseful);
}

Conversation::~Conversation() {
    close("closed");
}

void Conversation::onCommand(const Message& message) {
    const base::Result<Command> command = parseCommand(message, config_->limits.amfDepth);
    if (!command) {
        port_.end("broken command: " + command.error().message, {});
        return;
    }
    const Handler handler = handlerOf(command.value().name);
    if (!connected_ && handler != &Conversation::onConnect) {
        port_.end(fmt::format("command {} before connect", base::printable(command.value().name)), {});
        return;
    }
    (this->*handler)(command.value());
}

void Conversation::onMedia(Message&& message) {
    // Encoders keep sending for a moment after they were told to stop.
    if (publication_ == nullptr) return;
    const base::Result<void> written = writeMedia(*publication_, std::move(message), config_->limits.amfDepth);
    if (written)
        port_.expect(vhost_->publish.normalTimeoutMs, kNoMedia);
    else
        port_.end(written.error().message, {});
}

void Conversation::reply(base::ByteSpan bytes) {
    if (playback_ != nullptr)
        playback_->interject(bytes);
    else
        port_.send(bytes);
}

void Conversation::onWritable() {
    if (playback_ != nullptr) playback_->resume();
}

void Conversation::close(const std::string& reason) {
    pending_.cancel();
    reservation_.reset();
    if (publication_ != nullptr) closeTicket(publication_->ticket(), reason, streamSince_);
    publication_.reset();
    if (playback_ != nullptr) closeTicket(playback_->ticket(), reason, streamSince_);
    playback_.reset();
    if (connectTicket_) closeTicket(*connectTicket_, reason, {});
    connectTicket_.reset();
}

std::uint32_t Conversation::ackWindowBytes() const {
    return vhost_ == nullptr ? 0 : vhost_->inAckSizeBytes;
}

std::size_t Conversation::write(std::span<const iovec> ranges) {
    return port_.write(ranges);
}

void Conversation::onStalled(const std::string& reason) {
    port_.endLater(reason);
}

Conversation::Handler Conversation::handlerOf(std::string_view name) {
    using Entry = std::pair<std::string_view, Handler>;
    static constexpr std::array<Entry, 19> kHandlers = {{
        {"connect", &Conversation::onConnect},
        {"createStream", &Conversation::onCreateStream},
        {"publish", &Conversation::onPublish},
        {"play", &Conversation::onPlay},
        {"pause", &Conversation::onPause},
        {"pauseRaw", &Conversation::onPause},
        {"receiveAudio", &Conversation::onReceiveAudio},
        {"receiveVideo", &Conversation::onReceiveVideo},
        {"deleteStream", &Conversation::onStopStream},
        {"closeStream", &Conversation::onStopStream},
        {"FCUnpublish", &Conversation::onStopStream},
        {"FCPublish", &Conversation::onFcPublish},
        {"releaseStream", &Conversation::onAcknowledged},
        {"FCSubscribe", &Conversation::onAcknowledged},
        {"FCUnsubscribe", &Conversation::onAcknowledged},
        {"getStreamLength", &Conversation::onAcknowledged},
        {"_checkbw", &Conversation::onAcknowledged},
        {"seek", &Conversation::onIgnored},
        {"setBufferTime", &Conversation::onIgnored},
    }};
    // Answers to calls that clients send among themselves, or to ours, need no answer.
    if (name == "_result" || name == "_error" || name == "onStatus") return &Conversation::onIgnored;
    const auto* found =
        std::find_if(kHandlers.begin(), kHandlers.end(), [name](const Entry& entry) { return entry.first == name; });
    return found == kHandlers.end() ? &Conversation::onUnknown : found->second;
}

void Conversation::onConnect(const Command& command) {
    if (connected_) {
        port_.end("a second connect", {});
        return;
    }
    const auto refuse = [this, id = command.transactionId](const std::string& reason) {
        Replies farewell = replies();
        farewell.connectError(id, reason);
        port_.end("connect refused: " + reason, farewell.bytes());
    };
    const Amf& object = argument(command, 0);
    const auto text = [&object](std::string_view key) {
        const Amf* value = object.find(key);
        return value == nullptr ? std::string_view() : value->asString();
    };
    base::Result<ConnectTarget> target = parseConnectTarget(text("tcUrl"), text("app"));
    if (!target) {
        refuse(target.error().message);
        return;
    }
    pageUrl_ = std::string(text("pageUrl"));
    const auto vhost = config_->findVhost(target.value().vhost);
    if (vhost == nullptr || !vhost->enabled) {
        refuse(fmt::format("vhost {} {}", base::printable(target.value().vhost),
                           vhost == nullptr ? "does not exist" : "is disabled"));
        return;
    }
    askConnect(
        vhost, target.take(), [this, command] { acceptConnect(command); }, refuse);
}

void Conversation::askConnect(std::shared_ptr<const config::VhostConfig> vhost, const ConnectTarget& target,
                              const Step& onAdmitted, const OnRefused& onRefused) {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->number = caller_.number;
    client->id = client_ != nullptr ? client_->id : base::randomId(kClientIdLength);
    client->logName = caller_.logName;
    client->protocol = "rtmp";
    client->ip = caller_.ip;
    client->vhost = vhost->name;
    client->app = target.app;
    client->tcUrl = target.tcUrl;
    client->pageUrl = pageUrl_;
    client->param = target.param;
    client_ = client;
    target_ = target;
    vhost_ = std::move(vhost);
    lane_ = context_.admission.openLane(loop_, vhost_, caller_.logName);

    hooks::HookEvent event;
    event.action = hooks::HookAction::Connect;
    event.client = client_;
    port_.suspend();
    pending_ = context_.admission.request(lane_, std::move(event),
                                          [this, onAdmitted, onRefused](base::Result<hooks::Ticket> verdict) {
                                              pending_.release();
                                              if (!verdict) {
                                                  onRefused(verdict.error().message);
                                                  return;
                                              }
                                              connectTicket_.emplace(verdict.take());
                                              onAdmitted();
                                          });
}

void Conversation::acceptConnect(const Command& command) {
    connected_ = true;
    context_.log.trace(caller_.logName, "connected from {} to vhost={} app={}", caller_.ip, vhost_->name,
                       base::printable(target_.app));
    const Amf* encoding = argument(command, 0).find("objectEncoding");
    const bool enhanced = argument(command, 0).find("fourCcList") != nullptr;
    Replies out = replies();
    out.windowAckSize(vhost_->outAckSizeBytes);
    out.peerBandwidth(vhost_->outAckSizeBytes);
    out.setChunkSize(vhost_->chunkSizeBytes);
    out.connectResult(command.transactionId, encoding == nullptr ? 0 : encoding->asNumber(), enhanced);
    replyChunkSizeBytes_ = out.chunkSizeBytes();
    port_.send(out.bytes());
    port_.expect(config_->limits.idleTimeoutMs, kNothingUseful);
    port_.resume();
}

void Conversation::onCreateStream(const Command& command) {
    Replies out = replies();
    out.result(command.transactionId, Amf::number(kMessageStreamId));
    reply(out.bytes());
}

bool Conversation::canStartStream(const Command& command) {
    if (publication_ == nullptr && playback_ == nullptr) return true;
    port_.end(fmt::format("command {} while a stream is open on this connection", command.name), {});
    return false;
}

void Conversation::onPublish(const Command& command) {
    if (!canStartStream(command)) return;
    const StreamTarget target = parseStreamTarget(argument(command, 1).asString());
    withVhostOf(target, kPublishDenied, [this, target] { startPublish(target); });
}

void Conversation::onPlay(const Command& command) {
    if (!canStartStream(command)) return;
    const StreamTarget target = parseStreamTarget(argument(command, 1).asString());
    withVhostOf(target, kPlayFailed, [this, target] { startPlay(target); });
}

void Conversation::withVhostOf(const StreamTarget& target, const char* refusalCode, const Step& proceed) {
    if (target.stream.empty()) {
        refuseStream(refusalCode, "stream", "the stream has no name");
        return;
    }
    const auto vhost = target.vhost.empty() ? vhost_ : config_->findVhost(target.vhost);
    if (vhost == nullptr || !vhost->enabled) {
        refuseStream(refusalCode, target.stream,
                     fmt::format("vhost {} {}", base::printable(target.vhost),
                                 vhost == nullptr ? "does not exist" : "is disabled"));
        return;
    }
    if (vhost == vhost_) {
        proceed();
        return;
    }
    // The stream's name leads to another vhost, whose backends were not asked about this client: it leaves the one
    // and connects to the other.
    closeTicket(*connectTicket_, "moved to vhost " + vhost->name, {});
    connectTicket_.reset();
    askConnect(
        vhost, ConnectTarget(target_), std::move(proceed),
        [this, refusalCode, target](const std::string& reason) { refuseStream(refusalCode, target.stream, reason); });
}

void Conversation::askStream(hooks::HookAction action, const StreamTarget& target, const OnTicket& onAdmitted,
                             const OnRefused& onRefused) {
    hooks::HookEvent event;
    event.action = action;
    event.client = client_;
    event.stream = target.stream;
    event.param = target.param.empty() ? target_.param : target.param;
    event.streamId = context_.streams.streamId(keyOf(target));
    port_.suspend();
    port_.expectNothing();
    pending_ = context_.admission.request(lane_, std::move(event),
                                          [this, onAdmitted, onRefused](base::Result<hooks::Ticket> verdict) {
                                              pending_.release();
                                              if (verdict)
                                                  onAdmitted(verdict.take());
                                              else
                                                  onRefused(verdict.error().message);
                                          });
}

void Conversation::startPublish(const StreamTarget& target) {
    base::Result<hub::Reservation> reserved = context_.streams.reserve(keyOf(target));
    if (!reserved) {
        refuseStream(kPublishBadName, target.stream, reserved.error().message);
        return;
    }
    reservation_.emplace(reserved.take());
    askStream(
        hooks::HookAction::Publish, target, [this](hooks::Ticket ticket) { acceptPublish(std::move(ticket)); },
        [this, target](const std::string& reason) { refuseStream(kPublishDenied, target.stream, reason); });
}

void Conversation::acceptPublish(hooks::Ticket ticket) {
    context_.log.trace(caller_.logName, "publishes {}", base::printable(reservation_->key().text()));
    hub::Reservation reservation = std::move(*reservation_);
    reservation_.reset();
    streamSince_ = port_.traffic();
    publication_ = context_.streams.publish(std::move(ticket), std::move(reservation), loop_, vhost_);
    Replies out = replies();
    out.streamBegin();
    out.status("status", "NetStream.Publish.Start", "Publishing started");
    port_.send(out.bytes());
    port_.expect(vhost_->publish.firstPacketTimeoutMs, kNoFirstMedia);
    port_.resume();
}

void Conversation::startPlay(const StreamTarget& target) {
    askStream(
        hooks::HookAction::Play, target,
        [this, key = keyOf(target)](hooks::Ticket ticket) { acceptPlay(std::move(ticket), key); },
        [this, target](const std::string& reason) { refuseStream(kPlayFailed, target.stream, reason); });
}

void Conversation::acceptPlay(hooks::Ticket ticket, const hub::StreamKey& key) {
    context_.log.trace(caller_.logName, "plays {}", base::printable(key.text()));
    const RtmpFormat& format = context_.formats.withChunkSize(vhost_->chunkSizeBytes);
    Replies out = replies();
    if (format.chunkSizeBytes() != replyChunkSizeBytes_) out.setChunkSize(format.chunkSizeBytes());
    replyChunkSizeBytes_ = out.chunkSizeBytes();
    out.streamBegin();
    out.status("status", "NetStream.Play.Reset", "Playing and resetting stream");
    out.status("status", "NetStream.Play.Start", "Playing started");
    out.sampleAccess();
    out.dataStart();
    port_.send(out.bytes());
    port_.expectNothing();
    streamSince_ = port_.traffic();
    playback_ = context_.streams.play(std::move(ticket), key, loop_, format, *this, *vhost_);
    port_.setNoDelay(vhost_->tcpNodelay);
    port_.resume();
}

void Conversation::refuseStream(const char* code, const std::string& what, const std::string& reason) {
    Replies farewell = replies();
    farewell.status("error", code, reason);
    port_.end(fmt::format("{} refused: {}", base::printable(what), reason), farewell.bytes());
}

void Conversation::onPause(const Command& command) {
    if (playback_ == nullptr) return;
    const bool paused = argument(command, 1).asBoolean();
    playback_->setPaused(paused);
    Replies out = replies();
    if (paused)
        out.status("status", "NetStream.Pause.Notify", "Paused");
    else
        out.status("status", "NetStream.Unpause.Notify", "Unpaused");
    reply(out.bytes());
}

void Conversation::onReceiveAudio(const Command& command) {
    if (playback_ != nullptr) playback_->setReceives(media::FrameKind::Audio, argument(command, 1).asBoolean());
}

void Conversation::onReceiveVideo(const Command& command) {
    if (playback_ != nullptr) playback_->setReceives(media::FrameKind::Video, argument(command, 1).asBoolean());
}

void Conversation::onStopStream(const Command& command) {
    endStream("ended by the client (" + command.name + ")");
    if (command.name == "deleteStream" || command.transactionId == 0) return;
    Replies out = replies();
    out.result(command.transactionId, Amf::undefined());
    reply(out.bytes());
}

void Conversation::endStream(const std::string& reason) {
    if (publication_ != nullptr) {
        closeTicket(publication_->ticket(), reason, streamSince_);
        publication_.reset();
    } else if (playback_ != nullptr) {
        const base::Bytes rest = playback_->stop();
        closeTicket(playback_->ticket(), reason, streamSince_);
        playback_.reset();
        port_.send(rest);
    } else {
        return;
    }
    port_.expect(config_->limits.idleTimeoutMs, kNothingUseful);
}

void Conversation::closeTicket(hooks::Ticket& ticket, const std::string& reason, const SessionPort::Traffic& since) {
    const SessionPort::Traffic now = port_.traffic();
    ticket.setTraffic(now.sentBytes - since.sentBytes, now.receivedBytes - since.receivedBytes);
    ticket.setReason(reason);
}

void Conversation::onFcPublish(const Command& command) {
    Replies out = replies();
    if (command.transactionId != 0) out.result(command.transactionId, Amf::undefined());
    out.fcPublish("Publishing may start");
    reply(out.bytes());
}

void Conversation::onAcknowledged(const Command& command) {
    if (command.transactionId == 0) return;
    Replies out = replies();
    out.result(command.transactionId, Amf::undefined());
    reply(out.bytes());
}

void Conversation::onIgnored(const Command& /*command*/) {}

void Conversation::onUnknown(const Command& command) {
    if (++unknownCommands_ > config_->limits.unknownCommands) {
        port_.end(fmt::format("too many unknown commands, the last one {}", base::printable(command.name)), {});
        return;
    }
    if (command.transactionId == 0) return;
    Replies out = replies();
    out.error(command.transactionId, "NetConnection.Call.Failed", "Unknown command");
    reply(out.bytes());
}

hub::StreamKey Conversation::keyOf(const StreamTarget& target) const {
    return {vhost_->name, target_.app, target.stream};
}

} // namespace hookcast::rtmp
