#include "HlsClient.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::load {

namespace {

constexpr std::int64_t kLeastReloadMs = 100;

} // namespace

HlsClient::HlsClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, Listener& listener,
                     OnReleased onReleased)
    : TcpStreamClient(loop, address, target, listener), onReleased_(std::move(onReleased)), reloadTimer_(loop),
      playlistPath_(target.path) {}

void HlsClient::get(const std::string& path) {
    const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: stream-load\r\n\r\n", path,
                                            target().host, target().port);
    send(base::asBytes(request));
}

void HlsClient::askForPlaylist() {
    isPlaylist_ = true;
    if (waitsFor_.empty()) return get(playlistPath_);
    get(playlistPath_ + (playlistPath_.find('?') == std::string::npos ? "?" : "&") + waitsFor_);
}

void HlsClient::read(base::ByteSpan bytes) {
    while (!hasEnded() && !bytes.empty()) {
        const auto isWhole = answer_.read(bytes, isPlaylist_);
        if (!isWhole) return end(isWhole.error().message, false);
        if (!isWhole.value()) return;
        onAnswer();
        answer_.reset();
    }
}

void HlsClient::onAnswer() {
    const unsigned status = answer_.status();
    if (isPlaylist_ && (status == 301 || status == 302 || status == 307)) {
        playlistPath_ = resolved(playlistPath_, answer_.header("Location"));
        return playlistPath_.empty() ? end("it was sent to another server", true) : askForPlaylist();
    }
    // A segment that is gone is a gap; a playlist that is gone is the end.
    if (status != 200 && (isPlaylist_ || status != 404))
        return end(fmt::format("status {} for {}", status, isPlaylist_ ? "a playlist" : "a segment"), true);
    if (isPlaylist_) return onPlaylist();
    if (status == 404) listener().onPacketsLost(1);
    onSegment();
}

void HlsClient::onPlaylist() {
    const HlsList list = HlsList::parse(answer_.body());
    if (!list.variant.empty()) {
        playlistPath_ = resolved(playlistPath_, list.variant);
        return playlistPath_.empty() ? end("it was sent to another server", true) : askForPlaylist();
    }
    if (!waitsFor_.empty()) onReleased_(waitsSequence_, waitsPart_);
    if (!hasList_) listener().onStarted();
    if (list.hasEnded) return end("the stream has ended", false);
    takeSegments(list);
    hasList_ = true;
    if (onReleased_ && list.blocks) {
        waitsSequence_ = list.nextSequence();
        waitsPart_ = list.openParts;
        waitsFor_ = fmt::format("_HLS_msn={}&_HLS_part={}", waitsSequence_, waitsPart_);
        return askForPlaylist();
    }
    // RFC 8216, 6.3.4: after the last segment's length, after half the target duration where nothing changed.
    const double waitS = hasNew_ ? list.lastDurationS : list.targetDurationS / 2;
    reloadAfterMs_ = std::max(static_cast<std::int64_t>(waitS * 1000), kLeastReloadMs);
    goOn();
}

void HlsClient::takeSegments(const HlsList& list) {
    const std::uint64_t end = list.nextSequence();
    std::uint64_t from = nextSequence_;
    if (!hasList_) from = list.uris.empty() ? end : end - 1;
    if (hasList_ && from < list.firstSequence) {
        listener().onPacketsLost(list.firstSequence - from);
        from = list.firstSequence;
    }
    hasNew_ = from < end;
    for (std::uint64_t sequence = from; sequence < end; ++sequence)
        wanted_.push_back(resolved(playlistPath_, list.uris[sequence - list.firstSequence]));
    nextSequence_ = end;
}

void HlsClient::onSegment() {
    wanted_.pop_front();
    if (!hasMedia_) listener().onVideo(media::FrameRole::Keyframe, std::nullopt);
    hasMedia_ = true;
    goOn();
}

void HlsClient::goOn() {
    if (hasEnded()) return;
    if (!wanted_.empty()) {
        isPlaylist_ = false;
        get(wanted_.front());
        return;
    }
    reloadTimer_.runAfter(reloadAfterMs_, [this] {
        if (!hasEnded()) askForPlaylist();
    });
}

} // namespace hookcast::load
