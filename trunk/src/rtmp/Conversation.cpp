#include "rtmp/Conversation.h"

#include "net/EndReasons.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/MediaInput.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr const char* kPublishBadName = "NetStream.Publish.BadName";
constexpr const char* kPublishDenied = "NetStream.Publish.Denied";
constexpr const char* kPlayFailed = "NetStream.Play.Failed";

const Amf& argument(const Command& command, std::size_t index) {
    static const Amf kNone;
    return index < command.arguments.size() ? command.arguments[index] : kNone;
}

} // namespace

Conversation::Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                           net::SessionPort& port, const visits::Caller& caller)
    : visits::PortVisitor(port), context_(context), config_(std::move(config)), visit_(context, loop, caller, *this),
      replyChunkSizeBytes_(kDefaultChunkSizeBytes) {
    visit_.expect(config_->limits.idleTimeoutMs, net::kNothingUseful);
}

Conversation::~Conversation() {
    close(net::kClosed);
}

void Conversation::onCommand(const Message& message) {
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
    // Encoders keep sending for a moment after they were told to stop.
    hub::Publication* publication = visit_.publication();
    if (publication == nullptr) return;
    const base::Result<void> written = writeMedia(*publication, std::move(message), config_->limits.amfDepth);
    if (written)
        visit_.noteMedia();
    else
        port().end(written.error().message, {});
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
        port().end("a second connect", {});
        return;
    }
    const auto refuse = [this, id = command.transactionId](const std::string& reason) {
        Replies farewell = replies();
        farewell.connectError(id, reason);
        port().end(net::refused("connect", reason), farewell.bytes());
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
        refuse(net::kUrlTooLong);
        return;
    }
    config_ = context_.config.get();
    const auto vhost = config_->findVhost(target.value().vhost);
    if (const std::string fault = net::vhostFault(target.value().vhost, vhost.get()); !fault.empty()) {
        refuse(fault);
        return;
    }
    visits::Place place;
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
    visit_.connect(vhost, std::move(place), [this, answer, refuse](const auto& refusal) {
        if (refusal)
            refuse(refusal->reason);
        else
            acceptConnect(answer);
    });
}

void Conversation::acceptConnect(const ConnectAnswer& answer) {
    connected_ = true;
    Replies out = replies();
    if (vhost().outAckSizeBytes > 0) {
        out.windowAckSize(vhost().outAckSizeBytes);
        out.peerBandwidth(vhost().outAckSizeBytes);
    }
    out.setChunkSize(vhost().chunkSizeBytes);
    out.connectResult(answer.transactionId, answer.objectEncoding, answer.enhanced);
    replyChunkSizeBytes_ = out.chunkSizeBytes();
    port().send(out.bytes());
    visit_.expect(config_->limits.idleTimeoutMs, net::kNothingUseful);
    resume();
}

void Conversation::onCreateStream(const Command& command) {
    Replies out = replies();
    out.result(command.transactionId, Amf::number(kMessageStreamId));
    reply(out.bytes());
}

void Conversation::onPublish(const Command& command) {
    startStream(command, config::StreamUse::Publish, [this](const hub::StreamTarget& target) { startPublish(target); });
}

void Conversation::onPlay(const Command& command) {
    startStream(command, config::StreamUse::Play,
                [this](const hub::StreamTarget& target) { startPlay(meantBy(target)); });
}

/// The stream may name another vhost than the connection; `proceed` comes when its backends let the client in.
void Conversation::startStream(const Command& command, config::StreamUse use, const OnTarget& proceed) {
    if (visit_.publication() != nullptr || visit_.playback() != nullptr) {
        port().end(fmt::format("command {} while a stream is open on this connection", command.name), {});
        return;
    }
    const char* refusalCode = use == config::StreamUse::Publish ? kPublishDenied : kPlayFailed;
    const base::Result<hub::StreamTarget> read = readTarget(command);
    if (!read) {
        refuseStream(refusalCode, "stream", read.error().message);
        return;
    }
    const hub::StreamTarget& target = read.value();
    if (target.stream.size() + target.param.size() > config_->limits.urlBytes) {
        refuseStream(refusalCode, target.stream, "the stream's name is longer than url_size");
        return;
    }
    const auto vhost = target.vhost.empty() ? visit_.vhost() : config_->findVhost(target.vhost);
    if (const std::string fault = net::vhostFault(target.vhost, vhost.get()); !fault.empty()) {
        refuseStream(refusalCode, target.stream, fault);
        return;
    }
    if (vhost == visit_.vhost()) {
        proceed(target);
        return;
    }
    visit_.moveTo(vhost, use, [this, refusalCode, target, proceed](const auto& refusal) {
        if (refusal)
            refuseStream(refusalCode, target.stream, refusal->reason);
        else
            proceed(target);
    });
}

base::Result<hub::StreamTarget> Conversation::readTarget(const Command& command) const {
    base::Result<hub::StreamTarget> target =
        hub::parseStreamTarget(argument(command, 1).asString(), visit_.place().app);
    if (!target) return target;
    if (target.value().stream.empty()) return base::Error{"the stream has no name"};
    return target;
}

visits::Wish Conversation::wishOf(const hub::StreamTarget& target) const {
    visits::Wish wish;
    wish.app = target.app;
    wish.stream = target.stream;
    wish.param = target.param;
    wish.url = hub::urlOfStream(visit_.place().tcUrl, target);
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
    visit_.publish(wishOf(target), {}, [this, target](const auto& refusal) {
        if (!refusal)
            acceptPublish();
        else if (refusal->cause == visits::Refusal::Cause::NameTaken)
            refuseStream(kPublishBadName, target.stream, refusal->reason);
        else
            refuseStream(kPublishDenied, target.stream, refusal->reason);
    });
}

void Conversation::acceptPublish() {
    Replies out = replies();
    out.streamBegin();
    out.status("status", "NetStream.Publish.Start", "Publishing started");
    port().send(out.bytes());
    resume();
}

void Conversation::onEvicted(const std::string& reason) {
    Replies farewell = replies();
    farewell.status("error", kPublishBadName, reason);
    port().end(reason, farewell.bytes());
}

void Conversation::startPlay(const hub::StreamTarget& target) {
    visit_.askToPlay(wishOf(target), [this, target](const auto& refusal) {
        if (refusal)
            refuseStream(kPlayFailed, target.stream, refusal->reason);
        else
            acceptPlay();
    });
}

void Conversation::acceptPlay() {
    const RtmpFormat& format = context_.formats.withChunkSize(vhost().chunkSizeBytes);
    Replies out = replies();
    if (format.chunkSizeBytes() != replyChunkSizeBytes_) out.setChunkSize(format.chunkSizeBytes());
    replyChunkSizeBytes_ = out.chunkSizeBytes();
    out.streamBegin();
    out.status("status", "NetStream.Play.Reset", "Playing and resetting stream");
    out.status("status", "NetStream.Play.Start", "Playing started");
    out.sampleAccess();
    out.dataStart();
    port().send(out.bytes());
    visit_.play(format, *this);
    resume();
}

void Conversation::refuseStream(const char* code, const std::string& what, const std::string& reason) {
    Replies farewell = replies();
    farewell.status("error", code, reason);
    port().end(net::refused(what, reason), farewell.bytes());
}

void Conversation::onPause(const Command& command) {
    if (visit_.playback() == nullptr) return;
    const bool paused = argument(command, 1).asBoolean();
    visit_.playback()->setPaused(paused);
    Replies out = replies();
    if (paused)
        out.status("status", "NetStream.Pause.Notify", "Paused");
    else
        out.status("status", "NetStream.Unpause.Notify", "Unpaused");
    reply(out.bytes());
}

void Conversation::onReceiveAudio(const Command& command) {
    setReceives(media::FrameKind::Audio, command);
}

void Conversation::setReceives(media::FrameKind kind, const Command& command) {
    if (visit_.playback() != nullptr) visit_.playback()->setReceives(kind, argument(command, 1).asBoolean());
}

void Conversation::onReceiveVideo(const Command& command) {
    setReceives(media::FrameKind::Video, command);
}

void Conversation::onStopStream(const Command& command) {
    endStream(net::endedByClient(command.name));
    if (command.name == "deleteStream" || command.transactionId == 0) return;
    Replies out = replies();
    out.result(command.transactionId, Amf::undefined());
    reply(out.bytes());
}

void Conversation::endStream(const std::string& reason) {
    if (visit_.publication() == nullptr && visit_.playback() == nullptr) return;
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

void Conversation::onIgnored(const Command& /*command*/) {}

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
