#include "Player.h"

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::int64_t kStallUs = 2'000'000;
constexpr std::int32_t kGapMs = 1000;

} // namespace

Player::Player(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, const Habits& habits,
               Metrics& metrics)
    : loop_(loop), habits_(habits), metrics_(metrics),
      client_(makePlayClient(loop, address, target, *this, releasesOf(habits))), leaveTimer_(loop) {
    ++metrics_.asked;
}

Player::~Player() = default;

std::function<void(std::uint64_t, std::uint64_t)> Player::releasesOf(const Habits& habits) {
    if (!habits.reloads) return {};
    return [this](std::uint64_t sequence, std::uint64_t part) {
        metrics_.releases.note({sequence, part}, loop_.clock().monotonicUs());
    };
}

void Player::onConnected() {
    connectedAtUs_ = loop_.clock().monotonicUs();
    ++metrics_.connected;
}

void Player::onStarted() {
    if (started_) return;
    started_ = true;
    ++metrics_.started;
    metrics_.startMs.add(sinceConnectMs());
    if (habits_.playMs == 0) return;
    leaveTimer_.runAfter(habits_.playMs, [this] {
        ended_ = true;
        client_->close();
    });
}

void Player::onBytes(std::size_t bytes) {
    metrics_.bytes += bytes;
    const std::int64_t nowUs = loop_.clock().monotonicUs();
    if (sawKeyframe_ && nowUs - lastBytesAtUs_ > kStallUs) ++metrics_.stalls;
    lastBytesAtUs_ = nowUs;
}

void Player::onVideo(media::FrameRole role, std::optional<std::uint32_t> timestampMs) {
    if (!sawKeyframe_ && role == media::FrameRole::Keyframe) {
        sawKeyframe_ = true;
        metrics_.firstKeyframeMs.add(sinceConnectMs());
        if (habits_.freezes)
            client_->freeze();
        else if (!habits_.inspects)
            client_->stopReadingMessages();
    }
    if (!timestampMs || (role != media::FrameRole::Keyframe && role != media::FrameRole::Media)) return;
    if (lastVideoMs_) {
        const auto step = static_cast<std::int32_t>(*timestampMs - *lastVideoMs_);
        if (step < 0 || step > kGapMs) ++metrics_.timestampGaps;
    }
    lastVideoMs_ = timestampMs;
}

void Player::onClock(std::int64_t stampedUs) {
    // What came with the retained group of pictures is old by intent.
    if (stampedUs < connectedAtUs_) return;
    metrics_.latencyMs.add(static_cast<double>(loop_.clock().monotonicUs() - stampedUs) / 1000.0);
}

void Player::onEnded(const std::string& reason, bool refused) {
    ended_ = true;
    ++(refused ? metrics_.refused : metrics_.lost);
    metrics_.noteReason(reason);
}

double Player::sinceConnectMs() const {
    return static_cast<double>(loop_.clock().monotonicUs() - connectedAtUs_) / 1000.0;
}

} // namespace hookcast::load
