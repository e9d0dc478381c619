#include "http2/Connection.h"

#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::http2 {

namespace {

constexpr const char* kIdle = "no further request within keepalive_timeout";
constexpr const char* kTakesNothing = "the client took nothing of what was left to send for idle_timeout";
constexpr const char* kClientEnded = "the client has ended the stream";

/// So much goes to the connection at once: two records of TLS.
constexpr std::size_t kSendBytes = std::size_t{32} * 1024;

/// What the connection does not take of that has to have room among its replies.
std::size_t sendBytesOf(const http::ServerContext& context) {
    return std::min<std::size_t>(kSendBytes, context.config.get()->limits.controlBytes);
}

/// Between two looks for places that were left elsewhere.
constexpr std::int64_t kRetryMs = 250;

/// Frames of each stream that may wait for being sent: its head, its end, and what belongs to the connection.
constexpr std::size_t kFramesPerStream = 4;

Frames::Limits limitsOf(const http::ServerContext& context) {
    const auto config = context.config.get();
    const config::HttpServerConfig& server = *config.*context.server;
    return {server.http2Streams, config->limits.headerBytes, config->limits.bodyBytes};
}

} // namespace

Connection::Connection(http::ServerContext& context, http::Http2Figures& figures, const http::HttpLine& line)
    : context_(context), figures_(figures), line_(line),
      mostQueued_(kFramesPerStream * limitsOf(context).streams + kFramesPerStream), sendBytes_(sendBytesOf(context)),
      frames_(limitsOf(context)),
      idle_(line.port.loop(), line.port.session(), [this](const char* reason) { onIdle(reason); }),
      retryTimer_(line.port.loop(), line.port.session()), resetsAtMs_(line.port.loop().clock().monotonicMs()) {
    ++figures_.connections;
}

Connection::~Connection() {
    close(net::kClosed);
    --figures_.connections;
}

/// The session has read the beginning of the preface, which is no frame.
void Connection::start() {
    heedIdleness();
    read(base::asBytes(http::RequestHead::kHttp2Preface));
}

void Connection::onInput(base::ByteSpan bytes) {
    read(bytes);
}

void Connection::onWritable() {
    isBlocked_ = false;
    flush();
    wake();
    endIfOver();
}

void Connection::close(const std::string& reason) {
    if (std::exchange(isClosed_, true)) return;
    count();
    idle_.expectNothing();
    retryTimer_.cancel();
    for (const auto& [id, stream] : streams_) guarded(*stream, [&](Stream& its) { its.noteGone(reason); });
}

bool Connection::endOn(const net::TcpSession::IsGone& isGone, const std::string& reason) {
    for (const auto& [id, stream] : streams_)
        if (isGone(stream->vhostName())) guarded(*stream, [&](Stream& its) { its.kick(reason); });
    return true;
}

/// What a stream throws is its own end, and no other's.
template <typename Step>
void Connection::guarded(Stream& stream, Step step) {
    try {
        step(stream);
    } catch (const std::exception& e) {
        stream.endAfterFailure(e);
    }
}

void Connection::read(base::ByteSpan bytes) {
    if (isClosed_) return;
    const base::Result<void> received = frames_.receive(bytes);
    takeNew();
    beginThose();
    flush();
    wake();
    count();
    if (frames_.hasEnded()) settleLater();
    if (isClosed_) return;
    if (!received)
        expel(received.error().message);
    else if (!isAbused())
        endIfOver();
}

/// Ends the connection for what the client has done.
void Connection::expel(const std::string& why) {
    ++figures_.expelled;
    line_.port.session().end("HTTP/2: " + why, {});
}

/// What has happened since the last time.
void Connection::count() {
    const Frames::Counts counts = frames_.takeCounts();
    figures_.streams += counts.requests;
    figures_.refused += counts.refused;
    figures_.tooLong += counts.tooLong;
    figures_.resets += counts.resets;
}

/// Ends a client for whom much is done in vain: streams that come to nothing, or answers that it does not read.
bool Connection::isAbused() {
    constexpr double kMsPerSecond = 1000;
    const std::int64_t nowMs = line_.port.loop().clock().monotonicMs();
    const double filled = static_cast<double>(nowMs - resetsAtMs_) * Frames::kResetsPerSecond / kMsPerSecond;
    resetsAtMs_ = nowMs;
    resetsLeft_ = std::min<double>(Frames::kResetsAtOnce, resetsLeft_ + filled) - frames_.takeResets();
    const char* const how = resetsLeft_ < 0                  ? Frames::kHasty
                            : frames_.queued() > mostQueued_ ? net::kRepliesUnread
                                                             : nullptr;
    if (how == nullptr) return false;
    frames_.finish(NGHTTP2_ENHANCE_YOUR_CALM);
    flush();
    if (!isClosed_) expel(how);
    return true;
}

void Connection::endIfOver() {
    if (isClosed_ || isBlocked_ || !frames_.isOver()) return;
    if (frames_.whyOver().empty())
        line_.port.endStream("the client has ended the connection", {});
    else
        expel(frames_.whyOver());
}

void Connection::takeNew() {
    Carrier& carrier = *this;
    for (Frames::Request& request : frames_.takeRequests()) {
        const std::int32_t id = request.stream;
        streams_.emplace(id, std::make_shared<Stream>(context_, carrier, std::move(request)));
        idle_.expectNothing();
    }
}

/// The first of those that are there at one time has the connection's place, and for each further one it is as if it
/// came by a connection of its own: beyond what its address may have it waits until another is over, and holds up
/// nobody of another address.
void Connection::beginThose() {
    std::size_t running = 0;
    bool hasFirst = false;
    for (const auto& [id, stream] : streams_) {
        running += stream->hasBegun() && !stream->hasEnded() ? 1 : 0;
        hasFirst = hasFirst || stream->isFirst();
    }
    std::vector<std::string_view> full;
    for (const auto& [id, stream] : streams_) {
        if (isClosed_) return;
        if (stream->hasBegun()) continue;
        bool hasBegun = false;
        if (std::ranges::count(full, stream->ip()) > 0)
            stream->wait();
        else
            guarded(*stream, [&](Stream& its) { hasBegun = its.begin(!hasFirst, running > 0); });
        if (!hasBegun && !stream->hasBegun()) full.emplace_back(stream->ip());
        hasFirst = hasFirst || stream->isFirst();
        running += hasBegun ? 1 : 0;
    }
    if (!full.empty() && !isClosed_ && !retryTimer_.isArmed()) retryTimer_.runAfter(kRetryMs, [this] { beginThose(); });
}

void Connection::flush() {
    if (!hasRoom() || std::exchange(isFlushing_, true)) return;
    struct Flushing {
        explicit Flushing(bool& itsFlag) : flag(itsFlag) {}
        ~Flushing() { flag = false; }
        bool& flag;
    } const flushing(isFlushing_);
    std::array<std::uint8_t, kSendBytes> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): filled as far as used
    while (hasRoom()) {
        const std::size_t sizeBytes = frames_.produce(std::span(bytes).first(sendBytes_));
        if (sizeBytes == 0) break;
        const iovec range{bytes.data(), sizeBytes};
        const std::size_t takenBytes = line_.port.session().write({&range, 1});
        if (takenBytes == sizeBytes) continue;
        isBlocked_ = true;
        line_.port.session().send(base::ByteSpan(bytes).subspan(takenBytes, sizeBytes - takenBytes));
    }
    if (frames_.hasEnded()) settleLater();
}

/// Those that wait for room, in turn.
void Connection::wake() {
    const auto wakeThose = [this](Streams::iterator from, Streams::iterator to) {
        for (auto at = from; at != to && hasRoom(); ++at) {
            Stream& stream = *at->second;
            if (!stream.wantsRoom() || !frames_.hasRoom(at->first)) continue;
            lastWoken_ = at->first;
            guarded(stream, [](Stream& its) { its.onRoom(); });
        }
    };
    const auto next = streams_.upper_bound(lastWoken_);
    wakeThose(next, streams_.end());
    wakeThose(streams_.begin(), next);
}

void Connection::settleLater() {
    if (isClosed_ || std::exchange(isSettling_, true)) return;
    line_.port.later([this] { settle(); });
}

/// No stream is on the stack.
void Connection::settle() {
    isSettling_ = false;
    for (const Frames::Ended& ended : frames_.takeEnded()) {
        const auto found = streams_.find(ended.stream);
        if (found == streams_.end()) continue;
        if (ended.isReset) guarded(*found->second, [](Stream& its) { its.noteGone(kClientEnded); });
        streams_.erase(found);
    }
    beginThose();
    heedIdleness();
}

/// While nothing goes on, what is left of streams included, which the client does not take.
void Connection::heedIdleness() {
    const auto hasEnded = [](const auto& entry) { return entry.second->hasEnded(); };
    if (isClosed_ || !std::ranges::all_of(streams_, hasEnded)) return;
    const config::LimitsConfig& limits = context_.config.get()->limits;
    if (streams_.empty())
        idle_.expect(limits.keepaliveTimeoutMs, kIdle);
    else
        idle_.expect(limits.idleTimeoutMs, kTakesNothing);
}

void Connection::onIdle(const char* reason) {
    frames_.finish(NGHTTP2_NO_ERROR);
    flush();
    if (isClosed_) return;
    if (streams_.empty())
        line_.port.endStream(reason, {});
    else
        line_.port.session().end(reason, {});
}

} // namespace hookcast::http2
