#include "SrtPlayer.h"

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::int64_t kStallUs = 2'000'000;
constexpr std::size_t kMessageBytes = 1500;

} // namespace

SrtPlayer::SrtPlayer(net::Loop& loop, srt::Reactor& reactor, const SrtTarget& target, bool freezes, Metrics& metrics)
    : loop_(loop), reactor_(reactor), freezes_(freezes), metrics_(metrics), socket_(callSrt(target)),
      calledAtUs_(loop.clock().monotonicUs()) {
    ++metrics_.asked;
}

SrtPlayer::~SrtPlayer() {
    reactor_.close(std::move(socket_));
    metrics_.continuityGaps += look_.continuityGaps();
}

void SrtPlayer::start() {
    reactor_.add(socket_, loop_, weak_from_this());
    reactor_.wantWritable(socket_);
}

void SrtPlayer::onEvents(const srt::Reactor::Events& events) {
    if (ended_) return;
    if (events.broken) {
        end();
        return;
    }
    if (events.writable && !connected_) {
        connected_ = true;
        ++metrics_.connected;
        metrics_.startMs.add(static_cast<double>(loop_.clock().monotonicUs() - calledAtUs_) / 1000.0);
    }
    read();
}

void SrtPlayer::read() {
    const net::ReadBuffer::Lease lease = loop_.leaseReadBuffer();
    const std::span<std::uint8_t> buffer = lease.bytes();
    srt::Socket::Outcome outcome = srt::Socket::Outcome::Done;
    while (outcome == srt::Socket::Outcome::Done) {
        std::size_t size = 0;
        outcome = socket_.receive(buffer.first(kMessageBytes), size);
        if (outcome != srt::Socket::Outcome::Done) break;
        look_.at(buffer.first(size));
        noteBytes(size);
        if (sawKeyframe_ && freezes_) return;
    }
    if (outcome == srt::Socket::Outcome::Again) reactor_.wantReadable(socket_);
}

void SrtPlayer::noteBytes(std::size_t bytes) {
    const std::int64_t nowUs = loop_.clock().monotonicUs();
    if (lastBytesAtUs_ == 0)
        ++metrics_.started;
    else if (nowUs - lastBytesAtUs_ > kStallUs)
        ++metrics_.stalls;
    lastBytesAtUs_ = nowUs;
    metrics_.bytes += bytes;
    if (sawKeyframe_ || !look_.sawKeyframe()) return;
    sawKeyframe_ = true;
    metrics_.firstKeyframeMs.add(static_cast<double>(nowUs - calledAtUs_) / 1000.0);
}

void SrtPlayer::end() {
    ended_ = true;
    ++(connected_ ? metrics_.lost : metrics_.refused);
    metrics_.noteReason(connected_ ? "the server has closed the SRT connection" : rejection(socket_));
}

} // namespace hookcast::load
