#include "hls/PlaylistExchange.h"

#include "hls/DashText.h"
#include "hls/PlaylistText.h"
#include "http/HttpStatus.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

/// How long a request waits, in target durations (RFC 8216bis, 6.2.5.2).
constexpr std::int64_t kPatienceTargets = 3;

/// So far ahead a request may be, in segments and, for short parts, in milliseconds.
constexpr std::uint64_t kMostSegmentsAhead = 2;
constexpr std::int64_t kPartsAheadMs = 3000;
constexpr std::uint64_t kLeastPartsAhead = 3;

/// The publisher's stream is there a moment before its segments are.
constexpr std::int64_t kLookAgainMs = 20;

/// From a playlist of this path to the root of all names.
std::string wayToRoot(std::string_view rawPath) {
    std::string way;
    for (auto slashes = std::ranges::count(rawPath, '/'); slashes > 1; --slashes) way += "../";
    return way;
}

} // namespace

PlaylistExchange::PlaylistExchange(Context& context, Caller caller, Wanted wanted, http::HttpPort& port)
    : Exchange(context, std::move(caller), port), wanted_(std::move(wanted)),
      streamTimer_(port.loop(), port.session()) {}

PlaylistExchange::~PlaylistExchange() {
    leaveWindow();
}

void PlaylistExchange::close(const std::string& reason) {
    leaveWindow();
    Exchange::close(reason);
}

void PlaylistExchange::leaveWindow() {
    streamTimer_.cancel();
    if (std::exchange(hasJoined_, false)) stream_->waits().leave(port().loop(), *this);
    stream_.reset();
}

void PlaylistExchange::proceed() {
    ++context().streams.figures().requests;
    if (wanted_.isMaster) {
        sendMaster();
        return;
    }
    if (!readDelivery()) {
        fail(http::kBadRequest, "_HLS_msn and _HLS_part are numbers, and the second wants the first");
        return;
    }
    lookForStream();
}

/// False: the request makes no sense. Where there is no low latency, it means nothing.
bool PlaylistExchange::readDelivery() {
    if (!wanted_.vhost->hls.lowLatency) return true;
    const auto delivery = Query(wanted_.query).delivery();
    if (delivery) delivery_ = *delivery;
    return delivery.has_value();
}

void PlaylistExchange::lookForStream() {
    StreamPtr stream = context().streams.find(wanted_.key);
    if (stream == nullptr) {
        if (!isWaiting()) waitAtMost(patienceMs(nullptr));
        streamTimer_.runAfter(kLookAgainMs, [this] { lookForStream(); });
        return;
    }
    stream_ = std::move(stream);
    look(stream_->window().view());
    if (isAnswered()) return;
    stream_->waits().join(port().loop(), *this);
    hasJoined_ = true;
    // It may have gone on before.
    const WindowViewPtr view = stream_->window().view();
    waitAtMost(patienceMs(view.get()));
    look(view);
}

void PlaylistExchange::onWindow(const WindowViewPtr& view) {
    guarded([&] {
        if (!isAnswered()) look(view);
    });
}

void PlaylistExchange::look(const WindowViewPtr& now) {
    const WindowView& view = *now;
    if (isTooFar(view)) {
        leaveWindow();
        fail(http::kBadRequest, "_HLS_msn or _HLS_part is too far ahead");
    } else if (view.hasEnded && view.segments.empty()) {
        leaveWindow();
        fail(http::kNotFound, "the stream has ended");
    } else if (isReady(view)) {
        if (wanted_.isManifest)
            sendManifest(view);
        else
            sendMedia(now);
        leaveWindow();
    }
}

bool PlaylistExchange::isTooFar(const WindowView& view) const {
    if (!delivery_.sequence || view.hasEnded) return false;
    const std::uint64_t next = view.nextSequence();
    // The last segment of the playlist is the one before.
    if (*delivery_.sequence >= next + kMostSegmentsAhead) return true;
    if (!delivery_.part || *delivery_.sequence < next) return false;
    const std::uint64_t there =
        view.open != nullptr && view.open->sequence == *delivery_.sequence ? view.open->parts.size() : 0;
    const auto partMs = static_cast<std::uint64_t>(std::max<std::int64_t>(wanted_.vhost->hls.partMs, 1));
    return *delivery_.part >= there + std::max(kLeastPartsAhead, kPartsAheadMs / partMs);
}

bool PlaylistExchange::isReady(const WindowView& view) const {
    if (view.hasEnded) return true;
    if (!delivery_.sequence) {
        const bool hasParts =
            !wanted_.isManifest && wanted_.vhost->hls.lowLatency && view.open != nullptr && !view.open->parts.empty();
        return !view.segments.empty() || hasParts;
    }
    if (delivery_.part) return view.has(*delivery_.sequence, *delivery_.part);
    return !view.segments.empty() && view.segments.back()->sequence >= *delivery_.sequence;
}

void PlaylistExchange::onLate() {
    leaveWindow();
    if (delivery_.sequence)
        fail(http::kUnavailable, "the stream does not go on");
    else
        fail(http::kNotFound, "the stream has no segments yet");
}

http::HttpResponse PlaylistExchange::head() const {
    http::HttpResponse head;
    head.contentType = wanted_.isManifest ? kManifestType : kPlaylistType;
    head.fields = {{"Cache-Control", wanted_.vhost->hls.cdn ? "max-age=1" : "no-cache"}};
    return head;
}

std::string PlaylistExchange::ownUriWithToken() const {
    const std::size_t nameAt = wanted_.rawPath.rfind('/') + 1;
    std::string uri = wanted_.vhost->hls.masterPathRelative ? wanted_.rawPath.substr(nameAt) : wanted_.rawPath;
    const std::string own = Query(wanted_.query).own();
    uri += own.empty() ? "?" : own + "&";
    uri += Query::kToken;
    uri += '=';
    uri += pass()->token();
    return uri;
}

/// What a segment's URL has behind it. Without a token it is the vhost that the client has named, as his Host leads to
/// another one.
std::string PlaylistExchange::queryOfSegments() const {
    const bool hasToken = wanted_.vhost->hls.tsCtx && pass() != nullptr && !pass()->token().empty();
    return hasToken ? std::string(Query::kToken) + '=' + pass()->token() : std::string(Query(wanted_.query).vhost());
}

void PlaylistExchange::sendManifest(const WindowView& view) {
    ManifestTerms terms;
    terms.dash = wanted_.vhost->dash;
    terms.fragmentMs = fragmentMsOf(*wanted_.vhost);
    terms.nowUnixMs = port().loop().clock().unixMs();
    terms.prefix = wayToRoot(wanted_.rawPath);
    if (pass() != nullptr && !pass()->token().empty()) terms.location = ownUriWithToken();
    terms.query = queryOfSegments();
    const auto manifest = dashManifest(view, terms);
    if (manifest)
        sendText(head(), *manifest);
    else
        fail(http::kNotFound, "a manifest cannot say the names of the segments, or there are none that are MP4");
}

void PlaylistExchange::sendMaster() {
    const StreamPtr stream = context().streams.find(wanted_.key);
    const WindowViewPtr view = stream == nullptr ? nullptr : stream->window().view();
    sendText(head(), masterPlaylist(view == nullptr ? WindowView{} : *view, ownUriWithToken()));
}

void PlaylistExchange::sendMedia(const WindowViewPtr& view) {
    const config::HlsConfig& hls = wanted_.vhost->hls;
    PlaylistTerms terms;
    terms.prefix = hls.entryPrefix;
    if (!terms.prefix.empty() && !terms.prefix.ends_with('/')) terms.prefix += '/';
    // Where the client's path is the name itself, names are relative to it.
    const bool isPlain = wanted_.rawPath == '/' + wanted_.path;
    if (terms.prefix.empty() && isPlain) terms.folder = wanted_.path.substr(0, wanted_.path.rfind('/') + 1);
    if (terms.prefix.empty() && !isPlain) terms.prefix = wayToRoot(wanted_.rawPath);
    terms.query = queryOfSegments();
    if (hls.lowLatency) {
        terms.partMs = hls.partMs;
        const auto skip = Query(wanted_.query).find(Query::kSkip);
        terms.skips = skip == "YES" || skip == "v2";
    }
    sendWhole(head(), stream_->playlists().media(view, terms));
}

std::int64_t PlaylistExchange::patienceMs(const WindowView* view) const {
    const std::int64_t targetMs = view == nullptr ? 0 : view->targetDurationMs;
    return kPatienceTargets * (targetMs == 0 ? fragmentMsOf(*wanted_.vhost) : targetMs);
}

} // namespace hookcast::hls
