#include "net/GatedSession.h"

#include "net/EndReasons.h"
#include "net/ProxyHeaderStep.h"

#include <exception>
#include <optional>
#include <utility>

namespace hookcast::net {

namespace {

constexpr const char* kSlowAdmission = "neither publishes nor plays within admission_timeout";

/// How long a client that is sent away has to read why.
constexpr std::int64_t kFarewellMs = 2000;

/// What everybody passes who comes from `peerIp`.
std::unique_ptr<Doorway> makeDoorway(const std::string& peerIp, const config::Config& config) {
    const std::optional<base::IpAddress> peer = base::IpAddress::parse(peerIp);
    Doorway::Steps steps;
    steps.push_back(std::make_unique<ProxyHeaderStep>(peer && config.trusts(*peer), config.limits.proxyHeaderBytes));
    return std::make_unique<Doorway>(std::move(steps));
}

} // namespace

GatedSession::GatedSession(Loop& loop, base::Log& log, std::string logName, const Arrival& arrival,
                           const config::Config& config, OnGone onGone)
    : loop_(loop), log_(log), onGone_(std::move(onGone)), tls_(arrival.tls), waitingBytes_(config.limits.waitingBytes),
      logName_(std::move(logName)), connection_(loop, arrival.socket, *this, config.limits.controlBytes),
      doorway_(makeDoorway(connection_.peerIp(), config)),
      admission_(loop, *this, [this](const char* otherwise) { end(otherwise, {}); }),
      deadline_(loop, *this, [this](const char* otherwise) { onMissed(otherwise); }), clientIp_(connection_.peerIp()),
      startedAtMs_(loop.clock().monotonicMs()) {}

GatedSession::~GatedSession() = default;

void GatedSession::start() {
    log_.info(logName_, "accepted from {}:{}", connection_.peerIp(), connection_.peerPort());
    // The dialogue before the media is many small messages; tcp_nodelay decides about the media.
    connection_.setNoDelay(true);
    admissionLeftMs_ = admissionMs_;
    goOnWithAdmission();
    connection_.start();
}

void GatedSession::kick(const std::string& reason) {
    if (!ended_) finish(reason, Ending::Ordered);
    connection_.close();
    onGone_(*this);
}

void GatedSession::onData(base::ByteSpan bytes) {
    if (ended_ || isCut_) return;
    if (doorway_ != nullptr) {
        enter(bytes);
        return;
    }
    onReceived();
    feed(bytes);
}

void GatedSession::onDisconnected(const std::string& reason) {
    finish(reason, Ending::Expected);
    onGone_(*this);
}

void GatedSession::onFailure(const std::string& reason) {
    finish(reason, Ending::Ordered);
    onGone_(*this);
}

void GatedSession::send(base::ByteSpan bytes) {
    if (!connection_.send(bytes)) endLater(kRepliesUnread);
}

std::size_t GatedSession::write(std::span<const iovec> ranges) {
    // Replies from before the playback go first; onWritable() follows.
    if (connection_.pendingBytes() > 0) return 0;
    return connection_.writeSome(ranges);
}

void GatedSession::suspend() {
    if (!suspended_) holdAdmission();
    suspended_ = true;
}

void GatedSession::unsuspend() {
    if (suspended_) goOnWithAdmission();
    suspended_ = false;
}

void GatedSession::resume() {
    unsuspend();
    const base::Bytes waiting = std::exchange(waitingInput_, {});
    feed(waiting);
    if (!suspended_ && !ended_) connection_.resumeReading();
}

void GatedSession::setAdmitted(bool isAdmitted) {
    if (isAdmitted == isAdmitted_) return;
    isAdmitted_ = isAdmitted;
    place().setAdmitted(isAdmitted);
    admissionLeftMs_ = admissionMs_;
    if (isAdmitted)
        admission_.expectNothing();
    else if (!suspended_)
        goOnWithAdmission();
}

void GatedSession::endWith(const std::string& reason, base::ByteSpan farewell, Ending ending) {
    if (ended_) return;
    // Who has not shaken hands could not read it.
    const bool sent = connection_.isReady() && connection_.send(farewell);
    finish(reason, ending);
    if (sent) {
        connection_.closeAfterSending(kFarewellMs);
    } else {
        connection_.close();
        onGone_(*this);
    }
}

void GatedSession::endLater(const std::string& reason) {
    loop_.post([weak = weak_from_this(), reason] {
        const auto self = weak.lock();
        if (self == nullptr || self->ended_) return;
        self->finish(reason, Ending::Fault);
        self->kick(reason);
    });
}

void GatedSession::endAtOnce() noexcept {
    isCut_ = true;
    connection_.cut();
}

void GatedSession::enter(base::ByteSpan input) {
    const Doorway::Progress progress = doorway_->enter(input);
    if (progress.client && !comeFrom(*progress.client)) return;
    connection_.discountReceived(progress.takenBytes);
    if (progress.state == Doorway::Progress::State::Refused) end(progress.why, {});
    if (progress.state != Doorway::Progress::State::Passed) return;
    const std::unique_ptr<Doorway> passed = std::move(doorway_); // the rest may be in it
    if (tls_ != nullptr) {
        connection_.discountReceived(progress.rest.size()); // what is in it counts
        connection_.encrypt(std::exchange(tls_, nullptr), progress.rest);
    } else if (!progress.rest.empty()) {
        onData(progress.rest);
    }
}

/// False: it ends there, as too many come from that address.
bool GatedSession::comeFrom(const ProxiedClient& client) {
    clientIp_ = client.ip.text();
    log_.info(logName_, "comes from {}:{} through the proxy {}", clientIp_, client.port, connection_.peerIp());
    const auto moved = place().moveTo(clientIp_);
    if (!moved) end("refused: " + moved.error().message, {});
    return moved.ok();
}

void GatedSession::feed(base::ByteSpan input) {
    if (!suspended_ && !ended_) consume(input);
    if (!suspended_ || ended_) return;
    waitingInput_.insert(waitingInput_.end(), input.begin(), input.end());
    if (waitingInput_.size() >= waitingBytes_) connection_.pauseReading();
}

void GatedSession::holdAdmission() {
    admissionLeftMs_ = admissionUntilMs_ - loop_.clock().monotonicMs();
    admission_.expectNothing();
}

void GatedSession::goOnWithAdmission() {
    if (admissionMs_ == 0 || isAdmitted_ || ended_) return;
    admissionUntilMs_ = loop_.clock().monotonicMs() + admissionLeftMs_;
    admission_.expect(admissionLeftMs_, kSlowAdmission);
}

void GatedSession::onMissed(const char* otherwise) {
    if (ended_) return;
    if (const char* const lateness = doorway_ != nullptr ? doorway_->lateness() : nullptr)
        end(lateness, {});
    else
        onLate(otherwise);
}

void GatedSession::finish(const std::string& reason, Ending ending) {
    if (ended_) return;
    ended_ = true;
    expectNothing();
    admission_.expectNothing();
    const bool cameNowhere = vhostName().empty();
    try {
        onEnd(reason);
    } catch (const std::exception& e) {
        // The connection is to end in any case, and the rest of what the protocol holds with the session.
        log_.error(logName_, "internal error at the end: {}", e.what());
    }
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    const auto [line, parts] =
        closedLine(reason, clientIp(), connection_.receivedBytes(), connection_.sentBytes(), nowMs - startedAtMs_);
    if (ending == Ending::Ordered)
        log_.line(base::LogLevel::Warn, logName_, line, parts);
    else if (ending == Ending::Fault)
        log_.about(clientIp(), reason, base::LogLevel::Warn, logName_, nowMs, line, parts);
    else if (isQuiet())
        log_.line(base::LogLevel::Info, logName_, line, parts);
    else if (ending == Ending::Refused || cameNowhere) // what anybody does by the thousand, if he likes
        log_.about(clientIp(), reason, base::LogLevel::Trace, logName_, nowMs, line, parts);
    else
        log_.line(base::LogLevel::Trace, logName_, line, parts);
}

} // namespace hookcast::net
