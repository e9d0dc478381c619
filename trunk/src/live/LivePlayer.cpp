#include "live/LivePlayer.h"

#include "http/HttpStatus.h"
#include "net/EndReasons.h"

#include <utility>

namespace hookcast::live {

namespace {

constexpr const char* kNoSuchSound = "the stream has no sound of this kind";

} // namespace

LivePlayer::LivePlayer(visits::Services& services, const config::LimitsConfig& limits, Wanted wanted,
                       http::HttpPort& port)
    : visits::PortVisitor(port.session()), services_(services), wanted_(std::move(wanted)), port_(port),
      visit_(services, port.loop(), port.caller(), *this), reader_(limits.webSocketBytes) {}

LivePlayer::~LivePlayer() {
    close(net::kClosed);
}

void LivePlayer::start() {
    visits::Place place;
    place.app = wanted_.app;
    place.url = wanted_.url;
    place.tcUrl = wanted_.tcUrl;
    place.pageUrl = wanted_.pageUrl;
    place.param = wanted_.param;
    place.stream = wanted_.stream;
    place.use = config::StreamUse::Play;
    visit_.connect(wanted_.vhost, std::move(place), [this](const auto& refusal) {
        if (refusal)
            refuse(http::kForbidden, refusal->reason);
        else
            askToPlay();
    });
}

void LivePlayer::onInput(base::ByteSpan bytes) {
    // A client that plays over plain HTTP has nothing more to say.
    if (!isWebSocket()) return;
    if (visit_.playback() == nullptr) {
        port_.session().end("WebSocket frames before the answer", {});
        return;
    }
    while (visit_.playback() != nullptr && !bytes.empty()) {
        const auto next = reader_.next(bytes);
        if (!next) {
            port_.session().end("broken WebSocket: " + next.error().message, farewell(reader_.closeCode()));
            return;
        }
        if (next.value()) onEvent(*next.value());
    }
}

void LivePlayer::onWritable() {
    if (visit_.playback() != nullptr) visit_.playback()->resume();
}

void LivePlayer::close(const std::string& reason) {
    visit_.close(reason);
}

std::size_t LivePlayer::write(std::span<const iovec> ranges) {
    return port_.session().write(ranges);
}

void LivePlayer::onStalled(const std::string& reason) {
    port_.session().endLater(reason);
}

void LivePlayer::onEnded() {
    port_.later([this] { leave(net::kPublisherLeft); });
}

void LivePlayer::askToPlay() {
    visit_.askToPlay(wish(), [this](const auto& refusal) {
        if (refusal)
            refuse(http::kForbidden, refusal->reason);
        else
            awaitStream();
    });
}

/// Only who was let in learns whether there is such a stream.
void LivePlayer::awaitStream() {
    visit_.awaitStream(
        wish(), wanted_.waitMs, [](const hub::StreamHeaders&) { return true; },
        [this](const auto& headers) { begin(headers); });
}

void LivePlayer::begin(const std::shared_ptr<const hub::StreamHeaders>& headers) {
    const char* missing = headers == nullptr                     ? net::kNobodyPublishes
                          : !mayCarry(*wanted_.format, *headers) ? kNoSuchSound
                                                                 : nullptr;
    if (missing != nullptr) {
        visit_.endStream(missing);
        refuse(http::kNotFound, missing);
        return;
    }
    port_.beginStream(streamHead());
    if (wanted_.format->hasFileHeader) sendFileHeader(*headers);
    const hub::WireFormat& format = isWebSocket() ? wanted_.format->webSocket : wanted_.format->plain;
    visit_.play(format, *this, {}, std::string(wanted_.format->extension) + (isWebSocket() ? " over WebSocket" : ""));
    port_.later([this] { leaveIfMissed(); });
}

void LivePlayer::refuse(int status, const std::string& reason) {
    http::HttpResponse response = http::textResponse(status, reason);
    response.close = true;
    port_.respond(response, reason);
}

http::HttpResponse LivePlayer::streamHead() const {
    if (!isWebSocket()) return liveResponse(*wanted_.format);
    http::HttpResponse head;
    head.status = http::kSwitchingProtocols;
    head.fields = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", wanted_.webSocketAccept}};
    return head;
}

void LivePlayer::sendFileHeader(const hub::StreamHeaders& headers) {
    const base::Bytes header = flvFileHeader(headers);
    port_.session().send(isWebSocket() ? http::webSocketFrame(http::WebSocketOpcode::Binary, header) : header);
}

/// A publisher that left while this player was on its way in could not tell it.
void LivePlayer::leaveIfMissed() {
    if (services_.streams.headers(wanted_.key()) == nullptr) leave(net::kPublisherLeft);
}

void LivePlayer::onEvent(const http::WebSocketReader::Event& event) {
    if (event.kind == http::WebSocketReader::Event::Kind::Ping)
        visit_.playback()->interject(http::webSocketFrame(http::WebSocketOpcode::Pong, event.payload));
    else
        leave("closed by the client");
}

/// What must still be sent so that the answer ends where a frame does.
base::Bytes LivePlayer::farewell(http::WebSocketCloseCode code) {
    base::Bytes rest = visit_.playback()->stop();
    if (!isWebSocket()) return rest;
    const base::Bytes close = http::webSocketCloseFrame(code);
    rest.insert(rest.end(), close.begin(), close.end());
    return rest;
}

void LivePlayer::leave(const std::string& reason) {
    port_.endStream(reason, farewell(http::WebSocketCloseCode::Normal));
}

} // namespace hookcast::live
