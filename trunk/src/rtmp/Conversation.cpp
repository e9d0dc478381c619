#include "rtmp/Conversation.h"

#include "rtmp/ControlMessages.h"
#include "rtmp/MediaInput.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr const char* kNothingUseful = "neither publishes nor plays";
constexpr const char* kNoFirstMedia = "the publisher sent no media within firstpkt_timeout";
constexpr const char* kNoMedia = "the publisher sent no media within normal_timeout";

constexpr const char* kPublishBadName = "NetStream.Publish.BadName";
constexpr const char* kPublishDenied = "NetStream.Publish.Denied";
constexpr const char* kPlayFailed = "NetStream.Play.Failed";

std::string unusableVhost(std::string_view name, const std::shared_ptr<const config::VhostConfig>& vhost) {
    return fmt::format("vhost {} {}", base::printable(name), vhost == nullptr ? "does not exist" : "is disabled");
}

const Amf& argument(const Command& command, std::size_t index) {
    static const Amf kNone;
    return index < command.arguments.size() ? command.arguments[index] : kNone;
}

} // namespace

Conversation::Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                           net::SessionPort& port, const hooks::ClientGate::Caller& caller)
    : context_(context), config_(std::move(config)), loop_(loop), port_(port),
      gate_(context.admission, loop, caller, hooks::ClientPort::of(port)),
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
        port_.expect(vhost().publish.normalTimeoutMs, kNoMedia);
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
    gate_.cancel();
    reservation_.reset();
    if (publication_ != nullptr) closeTicket(publication_->ticket(), reason);
    publication_.reset();
    if (playback_ != nullptr) closeTicket(playback_->ticket(), reason);
    playback_.reset();
    const net::SessionPort::Traffic traffic = port_.traffic();
    gate_.close(reason, traffic.sentBytes, traffic.receivedBytes);
}

std::uint32_t Conversation::ackWindowBytes() const {
    return gate_.vhost() == nullptr ? 0 : vhost().inAckSizeBytes;
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
        {"getStreamLength", &Conversation::onGetStreamLength},
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
    base::Result<hub::ConnectTarget> target = hub::parseConnectTarget(text("tcUrl"), text("app"));
    if (!target) {
        refuse(target.error().message);
        return;
    }
    if (text("tcUrl").size() > config_->limits.urlBytes || text("app").size() > config_->limits.urlBytes) {
        refuse("the URL is longer than url_size");
        return;
    }
    config_ = context_.config.get();
    const auto vhost = config_->findVhost(target.value().vhost);
    if (vhost == nullptr || !vhost->enabled) {
        refuse(unusableVhost(target.value().vhost, vhost));
        return;
    }
    port_.suspend();
    port_.expectNothing();
    hooks::ClientGate::Place place;
    place.app = target.value().app;
    place.url = target.value().tcUrl;
    place.tcUrl = target.value().tcUrl;
    place.pageUrl = text("pageUrl");
    place.param = target.value().param;
    // Not the command, in which may be far more than its bytes.
    const Amf* encoding = object.find("objectEncoding");
    const ConnectAnswer answer{.transactionId = command.transactionId,
                               .objectEncoding = encoding == nullptr ? 0 : encoding->asNumber(),
                               .enhanced = object.find("fourCcList") != nullptr};
    gate_.connect(vhost, std::move(place), [this, answer, refuse](const auto& verdict) {
        if (verdict)
            acceptConnect(answer);
        else
            refuse(verdict.error().message);
    });
}

void Conversation::acceptConnect(const ConnectAnswer& answer) {
    connected_ = true;
    context_.log.trace(logName(), "connected from {} to vhost={} app={}", gate_.caller().ip, vhost().name,
                       base::printable(gate_.place().app));
    Replies out = replies();
    if (vhost().outAckSizeBytes > 0) {
        out.windowAckSize(vhost().outAckSizeBytes);
        out.peerBandwidth(vhost().outAckSizeBytes);
    }
    out.setChunkSize(vhost().chunkSizeBytes);
    out.connectResult(answer.transactionId, answer.objectEncoding, answer.enhanced);
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

base::Result<hub::StreamTarget> Conversation::readTarget(const Command& command) const {
    return hub::parseStreamTarget(argument(command, 1).asString(), gate_.place().app);
}

void Conversation::onPublish(const Command& command) {
    if (!canStartStream(command)) return;
    const base::Result<hub::StreamTarget> target = readTarget(command);
    if (!target) {
        refuseStream(kPublishDenied, "stream", target.error().message);
        return;
    }
    withVhostOf(target.value(), config::StreamUse::Publish, [this, target = target.value()] { startPublish(target); });
}

void Conversation::onPlay(const Command& command) {
    if (!canStartStream(command)) return;
    const base::Result<hub::StreamTarget> target = readTarget(command);
    if (!target) {
        refuseStream(kPlayFailed, "stream", target.error().message);
        return;
    }
    withVhostOf(target.value(), config::StreamUse::Play,
                [this, target = target.value()] { startPlay(meantBy(target)); });
}

void Conversation::withVhostOf(const hub::StreamTarget& target, config::StreamUse use, const Step& proceed) {
    const char* refusalCode = use == config::StreamUse::Publish ? kPublishDenied : kPlayFailed;
    if (target.stream.empty()) {
        refuseStream(refusalCode, "stream", "the stream has no name");
        return;
    }
    if (target.stream.size() + target.param.size() > config_->limits.urlBytes) {
        refuseStream(refusalCode, target.stream, "the stream's name is longer than url_size");
        return;
    }
    const auto vhost = target.vhost.empty() ? gate_.vhost() : config_->findVhost(target.vhost);
    if (vhost == nullptr || !vhost->enabled) {
        refuseStream(refusalCode, target.stream, unusableVhost(target.vhost, vhost));
        return;
    }
    if (vhost == gate_.vhost()) {
        proceed();
        return;
    }
    const net::SessionPort::Traffic traffic = port_.traffic();
    gate_.close("moved to vhost " + vhost->name, traffic.sentBytes, traffic.receivedBytes);
    port_.suspend();
    port_.expectNothing();
    gate_.moveTo(vhost, use, [this, refusalCode, target, proceed](const auto& verdict) {
        if (verdict)
            proceed();
        else
            refuseStream(refusalCode, target.stream, verdict.error().message);
    });
}

void Conversation::waitForVerdict() {
    port_.suspend();
    port_.expectNothing();
}

void Conversation::askStream(hooks::HookAction action, const hub::StreamTarget& target, const OnTicket& onAdmitted,
                             const OnRefused& onRefused) {
    waitForVerdict();
    gate_.ask(action, wishOf(target), [onAdmitted, onRefused](base::Result<hooks::Ticket> verdict) {
        if (verdict)
            onAdmitted(verdict.take());
        else
            onRefused(verdict.error().message);
    });
}

hooks::ClientGate::Wish Conversation::wishOf(const hub::StreamTarget& target) const {
    hooks::ClientGate::Wish wish;
    wish.app = target.app;
    wish.stream = target.stream;
    wish.param = target.param;
    wish.url = gate_.place().tcUrl + "/" + target.name + target.param;
    wish.streamId = context_.streams.streamId(gate_.keyOf(wish));
    return wish;
}

/// Of the names that a player may mean, the first that somebody publishes; the one that it says where nobody does.
hub::StreamTarget Conversation::meantBy(hub::StreamTarget target) const {
    const auto isPublished = [this](const hub::StreamTarget& candidate) {
        return context_.streams.headers({vhost().name, candidate.app, candidate.stream}) != nullptr;
    };
    if (isPublished(target)) return target;
    hub::StreamTarget candidate = target;
    for (std::string& name : hub::namesBehind(target.stream)) {
        candidate.stream = std::move(name);
        if (isPublished(candidate)) return candidate;
    }
    return target;
}

void Conversation::startPublish(const hub::StreamTarget& target) {
    // Nobody's name is taken for a client that is denied.
    if (const std::string denied = gate_.denial(config::StreamUse::Publish); !denied.empty()) {
        refuseStream(kPublishDenied, target.stream, denied);
        return;
    }
    base::Result<hub::Reservation> reserved =
        context_.streams.reserve(gate_.keyOf(wishOf(target)), hub::ClaimTerms::of(vhost().publish, gate_.caller().ip));
    if (!reserved) {
        refuseStream(kPublishBadName, target.stream, reserved.error().message);
        return;
    }
    reservation_.emplace(reserved.take());
    waitForVerdict();
    reservation_->await(loop_, [this, target](const base::Result<void>& turn) {
        if (turn)
            askToPublish(target);
        else
            refuseStream(kPublishBadName, target.stream, turn.error().message);
    });
}

void Conversation::askToPublish(const hub::StreamTarget& target) {
    askStream(
        hooks::HookAction::Publish, target,
        [this](hooks::Ticket admitted) {
            reservation_->take(std::move(admitted), loop_,
                               [this](hooks::Ticket ticket) { acceptPublish(std::move(ticket)); });
        },
        [this, target](const std::string& reason) { refuseStream(kPublishDenied, target.stream, reason); });
}

void Conversation::acceptPublish(hooks::Ticket ticket) {
    context_.log.trace(logName(), "publishes {}", base::printable(reservation_->key().text()));
    hub::Reservation reservation = std::move(*reservation_);
    reservation_.reset();
    streamSince_ = port_.traffic();
    publication_ = context_.streams.publish(std::move(ticket), std::move(reservation), loop_, gate_.vhost(),
                                            [this](const std::string& reason) { evict(reason); });
    Replies out = replies();
    out.streamBegin();
    out.status("status", "NetStream.Publish.Start", "Publishing started");
    port_.send(out.bytes());
    port_.expect(vhost().publish.firstPacketTimeoutMs, kNoFirstMedia);
    port_.gatherReads(vhost().mergedReadMs());
    port_.resume();
}

void Conversation::evict(const std::string& reason) {
    Replies farewell = replies();
    farewell.status("error", kPublishBadName, reason);
    port_.end(reason, farewell.bytes());
}

void Conversation::startPlay(const hub::StreamTarget& target) {
    askStream(
        hooks::HookAction::Play, target, [this](hooks::Ticket ticket) { acceptPlay(std::move(ticket)); },
        [this, target](const std::string& reason) { refuseStream(kPlayFailed, target.stream, reason); });
}

void Conversation::acceptPlay(hooks::Ticket ticket) {
    context_.log.trace(logName(), "plays {}", base::printable(ticket.key().text()));
    const RtmpFormat& format = context_.formats.withChunkSize(vhost().chunkSizeBytes);
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
    playback_ = context_.streams.play(std::move(ticket), loop_, format, *this, vhost());
    port_.setNoDelay(vhost().tcpNodelay);
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
        closeTicket(publication_->ticket(), reason);
        publication_.reset();
        port_.gatherReads(0);
    } else if (playback_ != nullptr) {
        const base::Bytes rest = playback_->stop();
        closeTicket(playback_->ticket(), reason);
        playback_.reset();
        port_.send(rest);
    } else {
        return;
    }
    port_.expect(config_->limits.idleTimeoutMs, kNothingUseful);
}

void Conversation::closeTicket(hooks::Ticket& ticket, const std::string& reason) {
    const net::SessionPort::Traffic now = port_.traffic();
    ticket.setTraffic(now.sentBytes - streamSince_.sentBytes, now.receivedBytes - streamSince_.receivedBytes);
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

void Conversation::onGetStreamLength(const Command& command) {
    // What is live has no length; clients complain about an answer that is no number.
    Replies out = replies();
    out.result(command.transactionId, Amf::number(0));
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

} // namespace hookcast::rtmp
