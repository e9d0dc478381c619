#include "rtmp/Conversation.h"

#include "net/EndReasons.h"
#include "rtmp/ConnectRequest.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/DataMessage.h"
#include "rtmp/MediaInput.h"
#include "rtmp/StreamRequest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace hookcast::rtmp {

Conversation::Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                           net::SessionPort& port, const visits::Caller& caller)
    : visits::PortVisitor(port), context_(context), config_(std::move(config)), visit_(context, loop, caller, *this),
      streams_(config_->limits.messageStreams), replyChunkSizeBytes_(kDefaultChunkSizeBytes) {
    visit_.expect(config_->limits.idleTimeoutMs, net::kNothingUseful);
}

Conversation::~Conversation() {
    close(net::kClosed);
}

void Conversation::onCommand(Message&& message) {
    if (isDataName(commandName(message))) {
        // The type, too, is the encoder's mistake.
        message.type = message.type == MessageType::CommandAmf3 ? MessageType::DataAmf3 : MessageType::DataAmf0;
        onMedia(std::move(message));
        return;
    }
    const base::Result<Command> command = parseCommand(message, config_->limits.amfDepth);
    if (!command) {
        port().end("broken command: " + command.error().message, {});
        return;
    }
    const Handler handler = handlerOf(command.value().name);
    if (!connected_ && handler != &Conversation::onConnect) {
        port().end(fmt::format("command {} before connect", base::printable(command.value().name)), {});
        return;
    }
    (this->*handler)(command.value());
}

void Conversation::onMedia(Message&& message) {
    // Encoders keep sending for a moment after they were told to stop, and on a stream that was refused.
    hub::Publication* publication = visit_.publication();
    if (publication == nullptr || streams_.isAnother(message.messageStreamId)) return;
    const base::Result<MediaTaken> taken = writeMedia(*publication, std::move(message), config_->limits.amfDepth);
    if (!taken) {
        port().end(taken.error().message, {});
        return;
    }
    visit_.noteMedia();
    if (taken.value() == MediaTaken::PassedOver && !std::exchange(hasPassedOver_, true))
        context_.log.trace(visit_.logName(), "a data message that is no AMF is passed over, as are those to come");
}

void Conversation::reply(base::ByteSpan bytes) {
    if (hub::Playback* playback = visit_.playback(); playback != nullptr)
        playback->interject(bytes);
    else
        port().send(bytes);
}

void Conversation::onWritable() {
    if (hub::Playback* playback = visit_.playback(); playback != nullptr) playback->resume();
}

void Conversation::close(const std::string& reason) {
    visit_.close(reason);
}

std::uint32_t Conversation::ackWindowBytes() const {
    return visit_.vhost() == nullptr ? 0 : vhost().inAckSizeBytes;
}

std::size_t Conversation::write(std::span<const iovec> ranges) {
    return port().write(ranges);
}

void Conversation::onStalled(const std::string& reason) {
    port().endLater(reason);
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
        {"deleteStream", &Conversation::onDeleteStream},
        {"closeStream", &Conversation::onCloseStream},
        {"FCUnpublish", &Conversation::onFcUnpublish},
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
        port().end("a second connect", {});
        return;
    }
    base::Result<ConnectRequest> request = readConnect(command, config_->limits.urlBytes);
    const ConnectTerms terms = readConnectTerms(command);
    const auto refuse = [this, id = terms.transactionId](const std::string& reason) {
        Replies farewell = replies();
        farewell.connectError(id, reason);
        port().endRefused(net::refused("connect", reason), farewell.bytes());
    };
    const auto refuseHere = [this, &refuse](const std::string& stream, const hooks::Fault& why) {
        visit_.tellRefusal(hooks::HookAction::Connect, stream, why);
        refuse(why.message);
    };
    if (!request) {
        refuseHere({}, {hooks::RefusalCause::Request, request.error().message});
        return;
    }
    if (request.value().pullPass) {
        const base::Result<hooks::PullRightPtr> right = context_.admission.judgePull(*request.value().pullPass);
        if (!right) {
            visit_.tellRefusal(hooks::HookAction::Connect, {}, {hooks::RefusalCause::Pull, right.error().message});
            refuse("pull refused");
            return;
        }
        connectAsPull(request.value(), right.value());
    }
    config_ = context_.config.get();
    const auto vhost = config_->findVhost(request.value().vhost);
    if (const std::string fault = net::vhostFault(request.value().vhost, vhost.get()); !fault.empty()) {
        refuseHere(request.value().vhost + "/" + request.value().place.app, {hooks::RefusalCause::Vhost, fault});
        return;
    }
    visit_.connect(vhost, std::move(request.value().place), [this, terms, refuse](const auto& refusal) {
        if (refusal)
            refuse(refusal->reason);
        else
            acceptConnect(terms);
    });
}

void Conversation::acceptConnect(const ConnectTerms& terms) {
    connected_ = true;
    Replies out = replies();
    if (vhost().outAckSizeBytes > 0) {
        out.windowAckSize(vhost().outAckSizeBytes);
        out.peerBandwidth(vhost().outAckSizeBytes);
    }
    out.setChunkSize(vhost().chunkSizeBytes);
    out.connectResult(terms);
    replyChunkSizeBytes_ = out.chunkSizeBytes();
    port().send(out.bytes());
    visit_.expect(config_->limits.idleTimeoutMs, net::kNothingUseful);
    resume();
}

void Conversation::onCreateStream(const Command& command) {
    Replies out = replies();
    if (const auto id = streams_.create())
        out.result(command.transactionId, Amf::number(*id));
    else
        out.error(command.transactionId, "NetConnection.Call.Failed", "Too many streams on this connection");
    reply(out.bytes());
}

void Conversation::onPublish(const Command& command) {
    startStream(command, config::StreamUse::Publish, [this](const hub::StreamTarget& target) { startPublish(target); });
}

void Conversation::onPlay(const Command& command) {
    startStream(command, config::StreamUse::Play, [this](const hub::StreamTarget& target) {
        const bool isPull = visit_.place().pull != nullptr;
        startPlay(isPull ? target : meantByPlayer(target, vhost().name, context_.streams));
    });
}

/// The stream may name another vhost than the connection; `proceed` comes when its backends let the client in.
void Conversation::startStream(const Command& command, config::StreamUse use, const OnTarget& proceed) {
    const bool replaces = use == config::StreamUse::Play && visit_.playback() != nullptr &&
                          streams_.meantBy(command.messageStreamId) == streams_.used();
    if (isOpen() && !replaces) {
        refuseSecond(command, use);
        return;
    }
    endStream("plays another stream");
    streams_.use(command.messageStreamId);
    const base::Result<hub::StreamTarget> read = readStreamRequest(command, visit_.place());
    if (!read) {
        refuseHere(command, use, "stream", {hooks::RefusalCause::Name, read.error().message});
        return;
    }
    const hub::StreamTarget& target = read.value();
    if (target.stream.size() + target.param.size() > config_->limits.urlBytes) {
        refuseHere(command, use, target.stream,
                   {hooks::RefusalCause::Limit, "the stream's name is longer than url_size"});
        return;
    }
    const auto vhost = target.vhost.empty() ? visit_.vhost() : config_->findVhost(target.vhost);
    if (const std::string fault = net::vhostFault(target.vhost, vhost.get()); !fault.empty()) {
        refuseHere(command, use, target.stream, {hooks::RefusalCause::Vhost, fault});
        return;
    }
    if (vhost == visit_.vhost()) {
        proceed(target);
        return;
    }
    visit_.moveTo(vhost, use, [this, use, target, proceed](const auto& refusal) {
        if (refusal)
            refuseStream(denialCode(use), target.stream, refusal->reason);
        else
            proceed(target);
    });
}

/// What is open goes on.
void Conversation::refuseSecond(const Command& command, config::StreamUse use) {
    const std::string reason = fmt::format("this connection {} a stream already", publishes() ? "publishes" : "plays");
    Replies out(replyChunkSizeBytes_, streams_.meantBy(command.messageStreamId));
    out.status("error", use == config::StreamUse::Publish ? kPublishBadName : denialCode(use), reason);
    reply(out.bytes());
    visit_.tellRefusal(actionOf(use), shownStream(command, visit_.vhostName(), visit_.place()),
                       {hooks::RefusalCause::Request, reason});
}

void Conversation::startPublish(const hub::StreamTarget& target) {
    visit_.publish(wishFor(target, visit_.place()), {}, [this, target](const auto& refusal) {
        if (!refusal)
            acceptPublish();
        else if (refusal->cause == visits::Refusal::Cause::NameTaken)
            refuseStream(kPublishBadName, target.stream, refusal->reason);
        else
            refuseStream(denialCode(config::StreamUse::Publish), target.stream, refusal->reason);
    });
}

void Conversation::acceptPublish() {
    hasPassedOver_ = false;
    Replies out = replies();
    out.publishStart();
    port().send(out.bytes());
    resume();
}

void Conversation::onEvicted(const std::string& reason) {
    Replies farewell = replies();
    farewell.status("error", kPublishBadName, reason);
    port().end(reason, farewell.bytes());
}

void Conversation::startPlay(const hub::StreamTarget& target) {
    visit_.askToPlay(wishFor(target, visit_.place()), [this, target](const auto& refusal) {
        if (refusal)
            refuseStream(denialCode(config::StreamUse::Play), target.stream, refusal->reason);
        else
            acceptPlay();
    });
}

void Conversation::acceptPlay() {
    const RtmpFormat& format = context_.formats.of(vhost().chunkSizeBytes, streams_.used());
    Replies out = replies();
    if (format.chunkSizeBytes() != replyChunkSizeBytes_) out.setChunkSize(format.chunkSizeBytes());
    replyChunkSizeBytes_ = out.chunkSizeBytes();
    out.playStart();
    port().send(out.bytes());
    const hooks::PullRightPtr& pull = visit_.place().pull;
    visit_.play(format, *this, {}, pull == nullptr ? "" : ", for node " + base::printable(pull->node()));
    resume();
}

void Conversation::refuseStream(const char* code, const std::string& what, const std::string& reason) {
    Replies farewell = replies();
    farewell.status("error", code, reason);
    port().endRefused(net::refused(what, reason), farewell.bytes());
}

/// What nobody else is asked about.
void Conversation::refuseHere(const Command& command, config::StreamUse use, const std::string& what,
                              const hooks::Fault& why) {
    visit_.tellRefusal(actionOf(use), shownStream(command, visit_.vhostName(), visit_.place()), why);
    refuseStream(denialCode(use), what, why.message);
}

/// Null where it is about another stream than the one that plays.
hub::Playback* Conversation::playbackOf(const Command& command) const {
    return streams_.isAnother(command.messageStreamId) ? nullptr : visit_.playback();
}

void Conversation::onPause(const Command& command) {
    hub::Playback* playback = playbackOf(command);
    if (playback == nullptr) return;
    const bool paused = command.argument(1).asBoolean();
    playback->setPaused(paused);
    Replies out = replies();
    out.pauseStatus(paused);
    reply(out.bytes());
}

void Conversation::onReceiveAudio(const Command& command) {
    setReceives(media::FrameKind::Audio, command);
}

void Conversation::setReceives(media::FrameKind kind, const Command& command) {
    if (hub::Playback* playback = playbackOf(command); playback != nullptr)
        playback->setReceives(kind, command.argument(1).asBoolean());
}

void Conversation::onReceiveVideo(const Command& command) {
    setReceives(media::FrameKind::Video, command);
}

void Conversation::onDeleteStream(const Command& command) {
    const Amf& id = command.argument(1);
    const double number = id.isNumber() ? id.asNumber() : command.messageStreamId;
    if (!(number >= 0 && number <= std::numeric_limits<std::uint32_t>::max())) return;
    const auto deleted = static_cast<std::uint32_t>(number);
    if (streams_.isUsed(deleted)) endStream(net::endedByClient("deleteStream"));
    streams_.remove(deleted);
}

void Conversation::onCloseStream(const Command& command) {
    // Some send it on the connection's own message stream.
    if (command.messageStreamId == 0 || streams_.isUsed(command.messageStreamId))
        endStream(net::endedByClient("closeStream"));
    onAcknowledged(command);
}

/// It names the stream, as it comes on the connection's own message stream.
void Conversation::onFcUnpublish(const Command& command) {
    if (publishes()) {
        const base::Result<hub::StreamTarget> named = readStreamRequest(command, visit_.place());
        if (!named || isAskedFor(visit_.publication()->ticket().event(), named.value()))
            endStream(net::endedByClient("FCUnpublish"));
    }
    onAcknowledged(command);
}

void Conversation::endStream(const std::string& reason) {
    if (!isOpen()) return;
    const base::Bytes rest = visit_.stopPlaying(reason);
    if (!rest.empty()) port().send(rest);
    visit_.expect(config_->limits.idleTimeoutMs, net::kNothingUseful);
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

void Conversation::onUnknown(const Command& command) {
    if (++unknownCommands_ > config_->limits.unknownCommands) {
        port().end(fmt::format("too many unknown commands, the last one {}", base::printable(command.name)), {});
        return;
    }
    if (command.transactionId == 0) return;
    Replies out = replies();
    out.error(command.transactionId, "NetConnection.Call.Failed", "Unknown command");
    reply(out.bytes());
}

} // namespace hookcast::rtmp
