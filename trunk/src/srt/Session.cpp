#include "srt/Session.h"

#include "base/Log.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <system_error>
#include <utility>

namespace hookcast::srt {

namespace {

constexpr const char* kGone = "the peer has left or was silent for peer_idle_timeout";
constexpr const char* kSilent = "the peer was silent for peer_idle_timeout";

/// The largest message of SRT in live mode is smaller.
constexpr std::size_t kMessageBytes = 1500;
/// How long the demuxer may take for what a publisher left behind.
constexpr std::int64_t kDemuxMs = 2000;
/// Added to a latency: what is due at its end has to be handed over, too.
constexpr std::int64_t kMarginMs = 100;
/// A caller of libsrt throws away what comes before its srt_connect() has returned, which takes it up to 10 ms more
/// than the handshake: the beginning of a stream would be lost, or asked for again.
constexpr std::int64_t kDeafMs = 50;
/// How often a connection that has ended is asked for what has become due.
constexpr std::int64_t kDrainPeriodMs = 10;
/// How long a player that has what it may have waits: receivers confirm every 10 ms.
constexpr std::int64_t kSendPeriodMs = 10;

visits::Caller callerOf(ServerContext& context, const Session::Peer& peer) {
    const std::uint64_t number = context.numbers.next();
    return {number, config::logNameOf(config::Protocol::Srt, number), config::Protocol::Srt, peer.address.ip};
}

} // namespace

Session::Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                 Reactor& reactor, base::WorkerThread& endings, Socket socket, Peer peer, OnGone onGone)
    : context_(context), config_(std::move(config)), loop_(loop), reactor_(reactor), peer_(std::move(peer)),
      onGone_(std::move(onGone)), socket_(std::move(socket)), cutter_(config_->srt.payloadBytes),
      demuxer_(nullptr, base::DiesOn<media::TsDemuxer>(endings)),
      deadline_(loop, *this, [this](const char* otherwise) { finish(otherwise, Ending::Fault); }),
      readTimer_(loop, *this), playTimer_(loop, *this), sendTimer_(loop, *this),
      visit_(context, loop, callerOf(context, peer_), *this), startedAtMs_(loop.clock().monotonicMs()),
      receiveLatencyMs_(socket_.receiveLatencyMs()), peerLatencyMs_(socket_.peerLatencyMs()) {}

Session::~Session() {
    visit_.close(net::kClosed);
}

void Session::start() {
    context_.log.info(logName(), "accepted from {}", peer_.address.text());
    reactor_.add(socket_, loop_, weak_from_this());
    visit_.connect(peer_.caller.vhost, place(), [this](const auto& refusal) {
        if (refusal)
            finish(net::refused("connect", refusal->reason), Ending::Refused);
        else
            onConnected();
    });
}

visits::Place Session::place() const {
    const StreamId& id = peer_.caller.id;
    visits::Place place;
    place.app = id.app;
    place.url = fmt::format("srt://{}?streamid={}", peer_.local.text(), id.text);
    place.tcUrl = fmt::format("srt://{}/{}", peer_.local.text(), id.app);
    place.param = id.param;
    place.stream = id.stream;
    place.use = peer_.caller.use();
    place.namedVhost = id.host;
    return place;
}

visits::Wish Session::wish() const {
    const StreamId& id = peer_.caller.id;
    return {id.app, id.stream, id.param, visit_.place().url, true};
}

void Session::onConnected() {
    if (!publishes()) {
        visit_.askToPlay(wish(), [this](const auto& refusal) {
            if (refusal)
                finish(net::refused("play", refusal->reason), Ending::Refused);
            else
                acceptPlay();
        });
        return;
    }
    visit_.publish(wish(), {}, [this](const auto& refusal) {
        if (refusal)
            finish(net::refused("publish", refusal->reason), Ending::Refused);
        else
            acceptPublish();
    });
}

void Session::acceptPublish() {
    try {
        demuxer_ = makeDemuxer();
    } catch (const std::system_error& e) {
        finish(std::string("the demuxer cannot start: ") + e.what(), Ending::Ordered);
        return;
    }
    read();
}

void Session::acceptPlay() {
    reactor_.wantReadable(socket_);
    const std::int64_t connectedForMs = loop_.clock().monotonicMs() - startedAtMs_;
    playTimer_.runAfter(std::max<std::int64_t>(0, kDeafMs - connectedForMs), [this] { play(); });
}

void Session::play() {
    if (ended_) return;
    const auto headers = context_.streams.headers(visit_.permittedKey().value_or(visit_.keyOf(wish())));
    const std::string leftOut = headers == nullptr ? std::string() : hub::TsFormat::leftOut(*headers);
    visit_.play(context_.format, *this, {}, leftOut.empty() ? "" : ", without what MPEG-TS cannot carry: " + leftOut);
}

Session::DemuxerPtr Session::makeDemuxer() {
    media::TsDemuxer::Output output;
    output.onFrames = [weak = weak_from_this(), &loop = loop_](std::vector<media::ConvertedFrame> frames) {
        loop.post([weak, frames = std::move(frames)]() mutable {
            if (const auto self = weak.lock()) self->guarded([&] { self->onFrames(std::move(frames)); });
        });
    };
    output.onEnd = [weak = weak_from_this(), &loop = loop_](const base::Result<void>& ended) {
        loop.post([weak, ended] {
            if (const auto self = weak.lock()) self->onDemuxed(ended);
        });
    };
    output.onLeftOut = [&log = context_.log, who = logName()](const std::string& why) {
        log.warn(who, "leaves out {}", why);
    };
    const config::LimitsConfig& limits = config_->limits;
    const media::TsDemuxer::Limits bounds{limits.demuxQueueBytes, limits.messageBytes};
    const media::TrackChooser::Wish wish{vhost().srtTracks.program, vhost().srtTracks.audioTrack};
    return {std::make_unique<media::TsDemuxer>(bounds, wish, std::move(output)).release(), demuxer_.get_deleter()};
}

void Session::onEvents(const Reactor::Events& events) {
    if (ended_) return;
    guarded([&] {
        if (events.broken) {
            onBroken();
            return;
        }
        if (events.writable) resume();
        if (events.readable && !ended_) read();
    });
}

/// What throws ends this session, and no other: nothing would be asked for any more.
template <typename F>
void Session::guarded(F&& body) {
    try {
        body();
    } catch (const std::exception& e) {
        endAfterFailure(e);
    }
}

/// At once: what calls this has nothing left to do, and the session lives on until a post.
void Session::endAfterFailure(const std::exception& why) noexcept {
    try {
        finish(std::string("internal error: ") + why.what(), Ending::Ordered);
    } catch (const std::exception&) {
        leave();
    }
}

void Session::read() {
    const net::ReadBuffer::Lease lease = loop_.leaseReadBuffer();
    const std::span<std::uint8_t> buffer = lease.bytes();
    std::size_t filled = 0;
    Socket::Outcome outcome = Socket::Outcome::Done;
    while (outcome == Socket::Outcome::Done && buffer.size() - filled >= kMessageBytes) {
        std::size_t size = 0;
        outcome = socket_.receive(buffer.subspan(filled), size);
        filled += size;
    }
    if (filled > 0 && !feed(buffer.first(filled))) return;
    if (drainUntilMs_ != 0) return;
    if (outcome == Socket::Outcome::Again)
        readLater();
    else if (outcome == Socket::Outcome::Done)
        reactor_.wantReadable(socket_); // the loop's others come first
    // Otherwise it is broken, which the reactor tells.
}

void Session::readLater() {
    // What publishers send is read in periods, as with RTMP.
    const std::int64_t periodMs = publishes() ? vhost().mergedReadMs() : 0;
    if (periodMs == 0)
        reactor_.wantReadable(socket_);
    else if (!readTimer_.isArmed())
        readTimer_.runAfter(periodMs, [this] {
            if (!ended_) reactor_.wantReadable(socket_);
        });
}

bool Session::feed(base::ByteSpan bytes) {
    receivedBytes_ += bytes.size();
    heardAtMs_ = loop_.clock().monotonicMs();
    if (!publishes()) {
        finish("a player that sends media", Ending::Fault);
        return false;
    }
    if (demuxer_->push(bytes)) return true;
    finish("the demuxer has fallen behind: more than demux_queue waits", Ending::Fault);
    return false;
}

void Session::onFrames(std::vector<media::ConvertedFrame> frames) {
    if (ended_) return;
    for (media::ConvertedFrame& frame : frames)
        visit_.publication()->write(frame.kind, frame.role, frame.timestampMs, std::move(frame.body));
    if (drainUntilMs_ == 0) visit_.noteMedia();
}

void Session::onDemuxed(const base::Result<void>& ended) {
    if (ended_) return;
    const bool isSilence =
        loop_.clock().monotonicMs() - heardAtMs_ >= config_->srt.peerIdleTimeoutMs && heardAtMs_ != 0;
    if (ended || drainUntilMs_ != 0)
        finish(isSilence ? kSilent : kGone, Ending::Expected);
    else
        finish(ended.error().message, Ending::Fault);
}

void Session::onBroken() {
    if (drainUntilMs_ != 0) return;
    if (visit_.publication() == nullptr) {
        finish(kGone, Ending::Expected);
        return;
    }
    readTimer_.cancel();
    drainUntilMs_ = loop_.clock().monotonicMs() + receiveLatencyMs_ + kMarginMs;
    deadline_.expect(receiveLatencyMs_ + kMarginMs + kDemuxMs, kGone);
    drain();
}

void Session::drain() {
    read();
    if (ended_) return;
    if (loop_.clock().monotonicMs() >= drainUntilMs_)
        demuxer_->finish();
    else
        readTimer_.runAfter(kDrainPeriodMs, [this] { drain(); });
}

std::size_t Session::write(std::span<const iovec> ranges) {
    std::size_t offered = 0;
    for (const iovec& range : ranges) offered += range.iov_len;
    std::size_t room = sendRoom();
    bool isOverAllowance = false;
    const PayloadCutter::Outcome outcome = cutter_.cut(ranges, [&](base::ByteSpan payload) {
        isOverAllowance = room == 0;
        if (isOverAllowance || socket_.send(payload) != Socket::Outcome::Done) return false;
        --room;
        ++sentPackets_;
        return true;
    });
    sentBytes_ += outcome.takenBytes;
    if (isOverAllowance) {
        // The socket would tell at once that it takes more.
        sendTimer_.runAfter(kSendPeriodMs, [this] { resume(); });
    } else if (outcome.isFull) {
        reactor_.wantWritable(socket_);
    } else if (outcome.takenBytes < offered) {
        // The ranges end within a packet: the rest of it comes with the next ones.
        post([](Session& self) { self.resume(); });
    }
    return outcome.takenBytes;
}

/// How many more packets may be handed to the socket.
std::size_t Session::sendRoom() {
    if (config_->srt.sendBufferBytes != 0) return std::numeric_limits<std::size_t>::max();
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    if (allowance_.isDue(nowMs)) allowance_.measure(nowMs, sentPackets_, peerLatencyMs_, socket_.roundTripMs());
    return allowance_.packets() - std::min(socket_.waitingPackets(), allowance_.packets());
}

void Session::resume() {
    if (!ended_ && visit_.playback() != nullptr) visit_.playback()->resume();
}

void Session::endLater(const std::string& reason) {
    post([reason](Session& self) { self.finish(reason, Ending::Ordered); });
}

void Session::onStalled(const std::string& reason) {
    post([reason](Session& self) { self.finish(reason, Ending::Fault); });
}

void Session::onEnded() {
    post([](Session& self) {
        self.visit_.playback()->setPaused(true);
        self.playTimer_.runAfter(self.peerLatencyMs_ + kMarginMs,
                                 [&self] { self.finish(net::kPublisherLeft, Ending::Expected); });
    });
}

void Session::post(const std::function<void(Session&)>& task) {
    loop_.post([weak = weak_from_this(), task] {
        const auto self = weak.lock();
        if (self != nullptr && !self->ended_) self->guarded([&] { task(*self); });
    });
}

void Session::finish(const std::string& reason, Ending ending) {
    if (ended_) return;
    ended_ = true;
    deadline_.expectNothing();
    if (demuxer_ != nullptr) demuxer_->stop();
    visit_.close(reason);
    tellClosed(reason, ending);
    leave();
}

/// Once.
void Session::leave() {
    if (std::exchange(hasLeft_, true)) return;
    try {
        reactor_.close(std::move(socket_));
    } catch (const std::exception&) { // closed here, then, which takes a while
    }
    onGone_(*this);
}

void Session::tellClosed(const std::string& reason, Ending ending) {
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    const std::string& ip = peer_.address.ip;
    const auto [line, parts] = net::closedLine(reason, ip, receivedBytes_, sentBytes_, nowMs - startedAtMs_);
    using base::LogLevel;
    switch (ending) {
    case Ending::Expected: context_.log.line(LogLevel::Trace, logName(), line, parts); break;
    case Ending::Ordered: context_.log.line(LogLevel::Warn, logName(), line, parts); break;
    case Ending::Refused: context_.log.about(ip, reason, LogLevel::Trace, logName(), nowMs, line, parts); break;
    case Ending::Fault: context_.log.about(ip, reason, LogLevel::Warn, logName(), nowMs, line, parts); break;
    }
}

} // namespace hookcast::srt
