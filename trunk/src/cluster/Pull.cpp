#include "cluster/Pull.h"

#include "base/Log.h"
#include "config/HostPort.h"
#include "hooks/PullPass.h"
#include "hooks/PullRight.h"
#include "media/FlvTag.h"
#include "net/EndReasons.h"
#include "rtmp/MediaInput.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr std::uint16_t kRtmpPort = 1935;
/// Headers and metadata that stand before the first picture; of more, the stream begins as it is.
constexpr std::size_t kMostWaiting = 64;
constexpr int kMostDoublings = 10;

} // namespace

Pull::Pull(PullContext& context, net::Loop& loop, hooks::StreamKey key, std::shared_ptr<PullFigures> figures)
    : context_(context), loop_(loop), key_(std::move(key)), logName_("pull " + base::printable(key_.text())),
      figures_(std::move(figures)), retryTimer_(loop), idleTimer_(loop) {}

Pull::~Pull() {
    end(net::kClosed);
}

void Pull::want(const std::optional<Origin>& origin) {
    loop_.assertCurrent();
    if (hasEnded_) return;
    idleTimer_.cancel();
    if (!origin) {
        origin_.reset();
        retryTimer_.cancel();
        drop(next_, "no origin is known");
        if (current_ == nullptr || current_->link == nullptr) setState(PullFigures::State::NoOrigin);
        return;
    }
    const AttemptPtr& newest = next_ != nullptr ? next_ : current_;
    const bool isOnItsWay = newest != nullptr && newest->link != nullptr && newest->origin == *origin;
    const bool isSame = origin_ == origin;
    origin_ = origin;
    if (isOnItsWay || (isSame && retryTimer_.isArmed())) return;
    failures_ = 0;
    connect();
}

void Pull::release(OnIdle onIdle) {
    loop_.assertCurrent();
    if (hasEnded_) return;
    idleTimer_.runAfter(context_.idleMs, [this, onIdle = std::move(onIdle)] {
        if (onIdle()) end("nobody has wanted it for pull_idle");
    });
}

void Pull::end(const std::string& reason) {
    if (std::exchange(hasEnded_, true)) return;
    retryTimer_.cancel();
    idleTimer_.cancel();
    drop(next_, reason);
    drop(current_, reason);
    context_.log.trace(logName_, "ended: {}", reason);
}

void Pull::connect() {
    retryTimer_.cancel();
    drop(next_, "begins anew");
    if (current_ == nullptr || current_->link == nullptr) setState(PullFigures::State::Connecting);
    config_ = context_.config.get();
    vhost_ = config_->findVhost(key_.vhost);
    std::string fault;
    std::optional<rtmp::PullLink::Terms> terms = makeTerms(fault);
    if (!terms) {
        tryAgain(fault);
        return;
    }
    context_.log.info(logName_, "connects to node {} at {}", base::printable(origin_->node), terms->where.text());
    next_ = std::make_shared<Attempt>(*this, *origin_);
    next_->link = context_.makeLink(loop_, std::move(*terms), *next_);
    next_->link->start();
}

/// None, and why: the configuration does not let it.
std::optional<rtmp::PullLink::Terms> Pull::makeTerms(std::string& fault) const {
    // Whoever is no vhost's is the default one's, where clients are meant; here it is about one stream.
    if (vhost_ == nullptr || vhost_->name != key_.vhost || !vhost_->enabled) {
        fault = "this node has no such vhost";
        return std::nullopt;
    }
    base::Result<config::HostPort> where = config::readHostPort(origin_->address, kRtmpPort);
    base::Result<std::string> pass = hooks::signPass(
        {key_, context_.node, origin_->node, origin_->fence, context_.nowUnixMs() + hooks::PullPass::kValidMs},
        context_.secret);
    if (!where || !pass) {
        fault = !where ? "the origin's address: " + where.error().message : pass.error().message;
        return std::nullopt;
    }
    const std::string host = where.value().text();
    return rtmp::PullLink::Terms{where.take(),
                                 {host, key_.app, key_.stream, pass.take()},
                                 config_->limits,
                                 vhost_->publish.firstPacketTimeoutMs,
                                 vhost_->publish.normalTimeoutMs};
}

void Pull::onMedia(Attempt& attempt, rtmp::Message&& message) {
    attempt.receivedBytes += message.payload.size();
    figures_->bytes.fetch_add(message.payload.size(), std::memory_order_relaxed);
    if (attempt.publishes()) {
        write(attempt, std::move(message));
        return;
    }
    const bool ready = isReady(attempt, message);
    attempt.waitingBytes += message.payload.size();
    attempt.waiting.push_back(std::move(message));
    if (!ready) return;
    attempt.link->pause();
    ask(attempt);
}

/// Players that stay go on with a picture that needs no other one: until there is one, those before are shown the last
/// that they had.
bool Pull::isReady(Attempt& attempt, const rtmp::Message& message) const {
    if (attempt.waiting.size() + 1 >= kMostWaiting ||
        attempt.waitingBytes + message.payload.size() > config_->limits.partialBytes)
        return true;
    const bool isVideo = message.type == rtmp::MessageType::Video;
    if (isVideo) attempt.hasPicture = true;
    if (!isVideo && message.type != rtmp::MessageType::Audio) return message.type == rtmp::MessageType::Aggregate;
    const media::FrameRole role = isVideo ? media::videoRole(message.payload) : media::audioRole(message.payload);
    if (isVideo) return role == media::FrameRole::Keyframe;
    return role == media::FrameRole::Media && !attempt.hasPicture;
}

void Pull::ask(Attempt& attempt) {
    const std::uint64_t number = context_.numbers.next();
    const std::string ip = attempt.link->peerIp();
    attempt.visit.emplace(context_, loop_,
                          visits::Caller{number, fmt::format("pull-{}", number), config::Protocol::Rtmp, ip, true},
                          attempt);
    visits::Place place;
    place.app = key_.app;
    place.tcUrl = fmt::format("rtmp://{}/{}", attempt.origin.address, key_.app);
    place.url = place.tcUrl;
    place.stream = key_.stream;
    place.pull = hooks::PullRight::toPublish(key_, attempt.origin.node);
    attempt.visit->connect(vhost_, std::move(place), [this, &attempt](const auto& refusal) {
        if (refusal)
            lose(attempt, net::refused("connect", refusal->reason));
        else
            publish(attempt);
    });
}

void Pull::publish(Attempt& attempt) {
    visits::Visit::PublishTerms terms;
    terms.mayReplace = false;
    terms.how = ", pulled from node " + base::printable(attempt.origin.node);
    terms.fetchedBy.node = attempt.origin.node;
    const visits::Wish wish{key_.app, key_.stream, "", attempt.visit->place().url + "/" + key_.stream};
    attempt.visit->publish(wish, std::move(terms), [this, &attempt](const auto& refusal) {
        if (refusal)
            lose(attempt, net::refused("publish", refusal->reason));
        else
            begin(attempt);
    });
}

void Pull::begin(Attempt& attempt) {
    drop(current_, "another connection brings it");
    current_ = std::move(next_);
    next_ = nullptr;
    failures_ = 0;
    isLogged_ = false;
    setState(PullFigures::State::Flowing);
    attempt.waitingBytes = 0;
    for (rtmp::Message& message : std::exchange(attempt.waiting, {})) {
        if (!attempt.publishes()) return;
        write(attempt, std::move(message));
    }
    // Not from within the visit's answer: what follows may end it.
    loop_.post([weak = attempt.weak_from_this()] {
        const AttemptPtr alive = weak.lock();
        if (alive != nullptr && alive->link != nullptr) alive->link->resume();
    });
}

void Pull::write(Attempt& attempt, rtmp::Message&& message) {
    const auto taken = rtmp::writeMedia(*attempt.visit->publication(), std::move(message), config_->limits.amfDepth);
    if (taken)
        attempt.visit->noteMedia();
    else
        lose(attempt, taken.error().message);
}

/// By who publishes here, or by this pull's own next attempt.
void Pull::onEvicted(Attempt& attempt, const std::string& reason) {
    if (!isOf(current_, attempt)) {
        lose(attempt, reason);
        return;
    }
    const bool isOurs = next_ != nullptr && next_->visit.has_value();
    drop(current_, reason);
    if (!isOurs) tryAgain(reason);
}

/// What it publishes is held.
void Pull::lose(Attempt& attempt, const std::string& reason) {
    if (isOf(current_, attempt)) {
        closeLink(attempt);
        if (next_ != nullptr) return;
    } else if (isOf(next_, attempt)) {
        drop(next_, reason);
    } else {
        return;
    }
    tryAgain(reason);
}

void Pull::drop(AttemptPtr& attempt, const std::string& reason) {
    const AttemptPtr dropped = std::move(attempt);
    attempt = nullptr;
    if (dropped == nullptr) return;
    closeLink(*dropped);
    if (dropped->visit) dropped->visit->close(reason);
    // The visit may be in the middle of telling its verdict.
    loop_.post([dropped] {});
}

/// It may be in the middle of a call.
void Pull::closeLink(Attempt& attempt) {
    if (attempt.link == nullptr) return;
    attempt.link->close();
    loop_.post([link = std::shared_ptr<rtmp::PullLink>(std::move(attempt.link))] {});
}

void Pull::tryAgain(const std::string& reason) {
    if (!origin_) {
        setState(PullFigures::State::NoOrigin);
        return;
    }
    const std::int64_t pauseMs = std::min(kFirstPauseMs << std::min(failures_, kMostDoublings), kLongestPauseMs);
    ++failures_;
    const std::string text =
        fmt::format("node {} at {}: {}; tries again", base::printable(origin_->node), origin_->address, reason);
    // The first failure in a row is news.
    if (!std::exchange(isLogged_, true))
        context_.log.warn(logName_, "{}", text);
    else
        context_.log.info(logName_, "{} in {} ms", text, pauseMs);
    if (current_ == nullptr || current_->link == nullptr) setState(PullFigures::State::Waiting);
    retryTimer_.runAfter(pauseMs, [this] { connect(); });
}

void Pull::Attempt::endLater(const std::string& reason) {
    pull.loop_.post([weak = pull.weak_from_this(), attempt = shared_from_this(), reason] {
        const std::shared_ptr<Pull> self = weak.lock();
        if (self != nullptr) self->onEvicted(*attempt, reason);
    });
}

void Pull::Attempt::endAfterFailure(const std::exception& why) noexcept {
    try {
        endLater(std::string("internal error: ") + why.what());
    } catch (const std::exception&) { // its link ends it
    }
}

} // namespace hookcast::cluster
