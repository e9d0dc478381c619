#include "Publisher.h"

#include "StreamClock.h"

#include <algorithm>
#include <utility>

namespace hookcast::load {

Publisher::Publisher(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target,
                     const FlvFile& file, bool clock, Metrics& metrics)
    : loop_(loop), file_(file), clock_(clock), metrics_(metrics),
      client_(loop, address, target, RtmpClient::Role::Publish, *this), timer_(loop) {
    ++metrics_.asked;
}

Publisher::~Publisher() = default;

void Publisher::onStarted() {
    if (startedAtUs_ != 0) return;
    ++metrics_.started;
    startedAtUs_ = loop_.clock().monotonicUs();
    sendDue();
}

void Publisher::onEnded(const std::string& reason, bool refused) {
    ended_ = true;
    ++(refused ? metrics_.refused : metrics_.lost);
    metrics_.noteReason(reason);
}

void Publisher::sendDue() {
    while (!ended_) {
        const FlvFile::Tag& tag = file_.tags[nextTag_];
        const std::uint32_t timestampMs = loopStartMs_ + tag.timestampMs;
        const std::int64_t waitMs = timestampMs - (loop_.clock().monotonicUs() - startedAtUs_) / 1000;
        if (waitMs > 0) {
            timer_.runAfter(waitMs, [this] { sendDue(); });
            return;
        }
        if (!tag.isHeader || loopStartMs_ == 0) sendTag(tag, timestampMs);
        if (++nextTag_ < file_.tags.size()) continue;
        nextTag_ = 0;
        loopStartMs_ += file_.durationMs;
    }
}

void Publisher::sendTag(const FlvFile::Tag& tag, std::uint32_t timestampMs) {
    if (clock_ && tag.type == rtmp::MessageType::Video)
        client_.publish(rtmp::MessageType::DataAmf0, timestampMs, writeClock(loop_.clock().monotonicUs()));
    if (client_.publish(tag.type, timestampMs, tag.body)) metrics_.bytes += tag.body.size();
}

} // namespace hookcast::load
