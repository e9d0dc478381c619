#include "SrtPublisher.h"

#include "media/FlvTag.h"

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::size_t kPayloadBytes = 1316;

media::Frame frameOf(const FlvFile::Tag& tag, std::uint32_t timestampMs) {
    media::Frame frame;
    frame.dtsMs = timestampMs;
    frame.body = tag.body;
    if (tag.type == rtmp::MessageType::Video) {
        frame.kind = media::FrameKind::Video;
        frame.role = media::videoRole(tag.body);
    } else if (tag.type == rtmp::MessageType::Audio) {
        frame.kind = media::FrameKind::Audio;
        frame.role = media::audioRole(tag.body);
    } else {
        frame.role = media::FrameRole::Metadata;
    }
    return frame;
}

} // namespace

SrtPublisher::SrtPublisher(net::Loop& loop, srt::Reactor& reactor, const SrtTarget& target, const FlvFile& file,
                           Metrics& metrics)
    : loop_(loop), reactor_(reactor), file_(file), metrics_(metrics), socket_(callSrt(target)), cutter_(kPayloadBytes),
      timer_(loop) {
    ++metrics_.asked;
}

SrtPublisher::~SrtPublisher() {
    reactor_.close(std::move(socket_));
}

void SrtPublisher::start() {
    reactor_.add(socket_, loop_, weak_from_this());
    reactor_.wantWritable(socket_);
}

void SrtPublisher::onEvents(const srt::Reactor::Events& events) {
    if (ended_) return;
    const bool connected = startedAtUs_ != 0;
    if (events.broken) {
        ended_ = true;
        ++(connected ? metrics_.lost : metrics_.refused);
        metrics_.noteReason(connected ? "the server has closed the SRT connection" : rejection(socket_));
    } else if (!connected) {
        ++metrics_.connected;
        ++metrics_.started;
        startedAtUs_ = loop_.clock().monotonicUs();
        sendDue();
    }
}

void SrtPublisher::sendDue() {
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

void SrtPublisher::sendTag(const FlvFile::Tag& tag, std::uint32_t timestampMs) {
    const base::ByteSpan packets = muxer_.write(frameOf(tag, timestampMs));
    const iovec range{const_cast<std::uint8_t*>(packets.data()), packets.size()};
    // What finds no room is left out.
    const auto sent = cutter_.cut(
        {&range, 1}, [this](base::ByteSpan payload) { return socket_.send(payload) == srt::Socket::Outcome::Done; });
    metrics_.bytes += sent.takenBytes;
}

} // namespace hookcast::load
