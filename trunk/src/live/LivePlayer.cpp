#include "live/LivePlayer.h"

#include "http/HttpStatus.h"
#include "live/FlvTracks.h"
#include "net/EndReasons.h"

#include <algorithm>
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
            refuse(*refusal);
        else
            askToPlay();
    });
}

void LivePlayer::onInput(base::ByteSpan bytes) {
    // A client that plays over plain HTTP has nothing more to say.
    if (!isWebSocket()) return;
    if (!isStreaming_) {
        port_.session().end("WebSocket frames before the answer", {});
        return;
    }
    while (isStreaming_ && !bytes.empty()) {
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
    isStreaming_ = false;
    wait_.reset();
    visit_.close(reason);
}

std::size_t LivePlayer::write(std::span<const iovec> ranges) {
    if (!isOpen_) return 0; // behind the header; settleTracks() goes on
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
            refuse(*refusal);
        else
            awaitStream();
    });
}

/// Only who was let in learns whether there is such a stream.
void LivePlayer::awaitStream() {
    visit_.awaitStream(
        wish(), wanted_.waitMs, [](const hub::StreamHeaders&) { return true; },
        [this](const auto& headers) { answer(headers); });
}

void LivePlayer::answer(const std::shared_ptr<const hub::StreamHeaders>& headers) {
    const char* missing = headers == nullptr                     ? net::kNobodyPublishes
                          : !mayCarry(*wanted_.format, *headers) ? kNoSuchSound
                                                                 : nullptr;
    if (missing != nullptr) {
        visit_.endStream(missing);
        http::HttpResponse response = http::textResponse(http::kNotFound, missing);
        response.close = true;
        port_.respond(response, missing);
        return;
    }
    port_.beginStream(streamHead());
    isStreaming_ = true;
    answeredAtMs_ = port_.loop().clock().monotonicMs();
    if (wanted_.format->flv == nullptr) {
        isOpen_ = true;
        begin(isWebSocket() ? wanted_.format->webSocket : wanted_.format->plain);
    } else if (tracksWaitMs(*headers) <= 0) {
        beginFlv(*headers);
    } else {
        // From here on it misses nothing; what is for it waits in the log.
        begin(wanted_.format->flv->find({}, isWebSocket()));
        awaitTracks(headers);
    }
}

void LivePlayer::beginFlv(const hub::StreamHeaders& headers) {
    const media::Tracks tracks = announcedTracks(headers, wanted_.vhost->httpRemux);
    sendFileHeader(tracks);
    begin(wanted_.format->flv->find(wanted_.vhost->httpRemux.dropIfNotMatch ? tracks : media::Tracks{}, isWebSocket()));
}

/// The header is written once and says what comes: a track that is announced and silent is not to be promised.
void LivePlayer::awaitTracks(const std::shared_ptr<const hub::StreamHeaders>& headers) {
    if (headers != nullptr) latest_ = headers; // else the publisher has left: what is there is all
    const std::int64_t leftMs = headers == nullptr ? 0 : tracksWaitMs(*headers);
    if (leftMs > 0)
        wait_ = services_.streams.await(
            visit_.permittedKey().value_or(wanted_.key()), port_.loop(), leftMs, areTracksKnown,
            [this](const auto& later) { awaitTracks(later); }, hub::StreamWait::Until::EndOfPublication);
    else
        settleTracks();
}

void LivePlayer::settleTracks() {
    const config::HttpRemuxConfig& remux = wanted_.vhost->httpRemux;
    const media::Tracks tracks = announcedTracks(*latest_, remux);
    wait_.reset();
    sendFileHeader(tracks);
    hub::Playback& playback = *visit_.playback();
    if (remux.dropIfNotMatch) {
        playback.setReceives(media::FrameKind::Audio, tracks.audio);
        playback.setReceives(media::FrameKind::Video, tracks.video);
    }
    playback.resume();
}

/// How much longer it may be; 0: it is settled what the header says.
std::int64_t LivePlayer::tracksWaitMs(const hub::StreamHeaders& headers) const {
    const config::HttpRemuxConfig& remux = wanted_.vhost->httpRemux;
    if (!remux.guessHasAv || areTracksKnown(headers)) return 0;
    // A stream that has run for so long has shown what it has, whoever comes.
    const std::int64_t sinceMs = headers.mediaSinceMs.value_or(answeredAtMs_);
    return std::max<std::int64_t>(sinceMs + remux.guessAvWaitMs - port_.loop().clock().monotonicMs(), 0);
}

void LivePlayer::sendFileHeader(const media::Tracks& tracks) {
    const base::Bytes header = flvFileHeader(tracks);
    port_.session().send(isWebSocket() ? http::webSocketFrame(http::WebSocketOpcode::Binary, header) : header);
    isOpen_ = true;
}

void LivePlayer::begin(const hub::WireFormat& format) {
    const hub::Playback& playback = visit_.play(
        format, *this, {}, std::string(wanted_.format->extension) + (isWebSocket() ? " over WebSocket" : ""));
    port_.later([this, hasMissed = !playback.wasPublished()] {
        if (isOpen_) wait_.reset();
        // The publisher left while this player was on its way in, and could not tell it.
        if (hasMissed) leave(net::kPublisherLeft);
    });
}

void LivePlayer::refuse(const visits::Refusal& refusal) {
    http::HttpResponse response = http::textResponse(http::kForbidden, refusal.reason);
    response.close = true;
    port_.refuse(response, refusal.reason);
}

http::HttpResponse LivePlayer::streamHead() const {
    if (!isWebSocket()) return liveResponse(*wanted_.format);
    http::HttpResponse head;
    head.status = http::kSwitchingProtocols;
    head.fields = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", wanted_.webSocketAccept}};
    if (!wanted_.webSocketProtocol.empty())
        head.fields.emplace_back("Sec-WebSocket-Protocol", wanted_.webSocketProtocol);
    return head;
}

void LivePlayer::onEvent(const http::WebSocketReader::Event& event) {
    if (event.kind != http::WebSocketReader::Event::Kind::Ping) {
        leave("closed by the client");
        return;
    }
    visit_.playback()->interject(http::webSocketFrame(http::WebSocketOpcode::Pong, event.payload));
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
    isStreaming_ = false;
    port_.endStream(reason, farewell(http::WebSocketCloseCode::Normal));
}

} // namespace hookcast::live
