#include "http/LivePlayer.h"

#include <utility>

namespace hookcast::http {

namespace {

constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kSwitchingProtocols = 101;

constexpr const char* kPublisherLeft = "the publisher has left";
constexpr const char* kNobodyPublishes = "nobody publishes this stream";

/// How long after its admission a player without media looks whether there is a publisher at all.
constexpr std::int64_t kPublisherCheckMs = 1000;

} // namespace

LivePlayer::LivePlayer(hub::Services& services, const config::LimitsConfig& limits, Wanted wanted, HttpPort& port)
    : services_(services), wanted_(std::move(wanted)), port_(port),
      gate_(services.admission, port.loop(), port.caller(), hooks::ClientPort::of(port.session())),
      reader_(limits.webSocketBytes), publisherTimer_(port.loop()) {}

LivePlayer::~LivePlayer() {
    close("closed");
}

void LivePlayer::start() {
    hooks::ClientGate::Place place;
    place.app = wanted_.app;
    place.url = wanted_.url;
    place.tcUrl = wanted_.tcUrl;
    place.pageUrl = wanted_.pageUrl;
    place.param = wanted_.param;
    place.stream = wanted_.stream;
    place.use = config::StreamUse::Play;
    gate_.connect(wanted_.vhost, std::move(place), [this](const base::Result<void>& verdict) {
        if (verdict)
            askToPlay();
        else
            refuse(kForbidden, verdict.error().message);
    });
}

void LivePlayer::onInput(base::ByteSpan bytes) {
    // A client that plays over plain HTTP has nothing more to say.
    if (!isWebSocket()) return;
    if (playback_ == nullptr) {
        port_.session().end("WebSocket frames before the answer", {});
        return;
    }
    while (playback_ != nullptr && !bytes.empty()) {
        const auto next = reader_.next(bytes);
        if (!next) {
            port_.session().end("broken WebSocket: " + next.error().message, farewell(reader_.closeCode()));
            return;
        }
        if (next.value()) onEvent(*next.value());
    }
}

void LivePlayer::onWritable() {
    if (playback_ != nullptr) playback_->resume();
}

void LivePlayer::close(const std::string& reason) {
    publisherTimer_.cancel();
    gate_.cancel();
    const net::SessionPort::Traffic now = port_.session().traffic();
    if (playback_ != nullptr) {
        hooks::Ticket& ticket = playback_->ticket();
        ticket.setTraffic(now.sentBytes - playingSince_.sentBytes, now.receivedBytes - playingSince_.receivedBytes);
        ticket.setReason(reason);
    }
    playback_.reset();
    gate_.close(reason, now.sentBytes, now.receivedBytes);
}

std::size_t LivePlayer::write(std::span<const iovec> ranges) {
    sawMedia_ = true;
    return port_.session().write(ranges);
}

void LivePlayer::onStalled(const std::string& reason) {
    port_.session().endLater(reason);
}

void LivePlayer::onEnded() {
    port_.later([this] { leave(kPublisherLeft); });
}

void LivePlayer::askToPlay() {
    hooks::ClientGate::Wish wish;
    wish.stream = wanted_.stream;
    wish.param = wanted_.param;
    wish.url = wanted_.url;
    wish.streamId = services_.streams.streamId(wanted_.key());
    gate_.ask(hooks::HookAction::Play, wish, [this](base::Result<hooks::Ticket> verdict) {
        if (verdict)
            acceptPlay(verdict.take());
        else
            refuse(kForbidden, verdict.error().message);
    });
}

void LivePlayer::acceptPlay(hooks::Ticket ticket) {
    const auto headers = services_.streams.headers(wanted_.key());
    if (headers == nullptr) {
        ticket.setReason(kNobodyPublishes);
        { const hooks::Ticket ended = std::move(ticket); } // before the connection's own
        refuse(kNotFound, kNobodyPublishes);
        return;
    }
    services_.log.trace(gate_.caller().logName, "plays {}{}{}", base::printable(ticket.key().text()),
                        wanted_.format->extension, isWebSocket() ? " over WebSocket" : "");
    playingSince_ = port_.session().traffic();
    port_.beginStream(streamHead());
    if (wanted_.format->hasFileHeader) sendFileHeader(*headers);
    const hub::WireFormat& format = isWebSocket() ? wanted_.format->webSocket : wanted_.format->plain;
    playback_ = services_.streams.play(std::move(ticket), port_.loop(), format, *this, *wanted_.vhost);
    port_.session().setNoDelay(wanted_.vhost->tcpNodelay);
    if (!sawMedia_) lookForPublisher();
}

void LivePlayer::refuse(int status, const std::string& reason) {
    HttpResponse response = textResponse(status, reason);
    response.close = true;
    port_.respond(response, reason);
}

HttpResponse LivePlayer::streamHead() const {
    if (!isWebSocket()) return liveResponse(*wanted_.format);
    HttpResponse head;
    head.status = kSwitchingProtocols;
    head.fields = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", wanted_.webSocketAccept}};
    return head;
}

void LivePlayer::sendFileHeader(const hub::StreamHeaders& headers) {
    const base::Bytes header = flvFileHeader(headers);
    port_.session().send(isWebSocket() ? webSocketFrame(WebSocketOpcode::Binary, header) : header);
}

/// A publisher that left while this player was on its way in could not tell it.
void LivePlayer::lookForPublisher() {
    publisherTimer_.runAfter(kPublisherCheckMs, [this] {
        if (sawMedia_) return;
        if (services_.streams.headers(wanted_.key()) != nullptr)
            lookForPublisher();
        else
            leave(kPublisherLeft);
    });
}

void LivePlayer::onEvent(const WebSocketReader::Event& event) {
    if (event.kind == WebSocketReader::Event::Kind::Ping)
        playback_->interject(webSocketFrame(WebSocketOpcode::Pong, event.payload));
    else
        leave("closed by the client");
}

/// What must still be sent so that the answer ends where a frame does.
base::Bytes LivePlayer::farewell(WebSocketCloseCode code) {
    base::Bytes rest = playback_->stop();
    if (!isWebSocket()) return rest;
    const base::Bytes close = webSocketCloseFrame(code);
    rest.insert(rest.end(), close.begin(), close.end());
    return rest;
}

void LivePlayer::leave(const std::string& reason) {
    port_.endStream(reason, farewell(WebSocketCloseCode::Normal));
}

} // namespace hookcast::http
