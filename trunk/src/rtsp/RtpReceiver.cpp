#include "rtsp/RtpReceiver.h"

#include "media/FlvBody.h"
#include "rtp/OwnSource.h"
#include "rtp/Rtcp.h"
#include "rtp/TrackEncoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <span>
#include <string>
#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr std::int64_t kReportPeriodMs = 5000;

/// Where the first unit is put: B-frames and a track that turns out to be earlier need room before it.
constexpr std::int64_t kBeginTicks = rtp::ClockMap::kTicksPerSecond / 2;

/// RFC 2326, C.1.1: a control attribute is absolute, or relative to the base; `*` is the base itself.
bool isControlOf(std::string_view url, std::string_view base, const std::string& control) {
    if (control.empty() || control == "*") return url == base;
    if (control == url || control.find("://") != std::string::npos) return control == url;
    while (base.ends_with('/')) base.remove_suffix(1);
    if (!url.starts_with(base)) return false;
    url.remove_prefix(base.size());
    while (url.starts_with('/')) url.remove_prefix(1);
    return url == control;
}

void send(net::UdpSocket& socket, base::ByteSpan bytes) {
    iovec range{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    mmsghdr datagram{};
    datagram.msg_hdr.msg_iov = &range;
    datagram.msg_hdr.msg_iovlen = 1;
    socket.send({&datagram, 1});
}

} // namespace

RtpReceiver::RtpReceiver(net::Loop& loop, Options options, SendTcp sendTcp, OnMedia onMedia, OnFailure onFailure)
    : loop_(loop), options_(std::move(options)), sendTcp_(std::move(sendTcp)), onMedia_(std::move(onMedia)),
      onFailure_(std::move(onFailure)), clocks_(kBeginTicks), reportTimer_(loop), reorderTimer_(loop),
      ourSsrc_(rtp::randomSsrc()) {}

RtpReceiver::~RtpReceiver() {
    end();
}

base::Result<void> RtpReceiver::describe(const rtp::Sdp& sdp) {
    std::array<bool, 2> taken{};
    for (const rtp::SdpMedia& media : sdp.media) {
        Track& track = tracks_.emplace_back();
        track.media = media;
        if (media.kind == rtp::SdpKind::Other ||
            std::exchange(taken[media.kind == rtp::SdpKind::Video ? 0 : 1], true)) {
            loop_.log().info(options_.logName, "the media section {} is not carried", media.encodingName);
            continue;
        }
        auto published = rtp::PublishedTrack::make(media, options_.maxUnitBytes);
        if (!published) return published.error();
        track.published = published.take();
        track.statistics = std::make_unique<rtp::ReceiverStatistics>(media.clockRate);
        track.clock = clocks_.addTrack(media.clockRate);
    }
    if (!taken[0] && !taken[1]) return base::Error{"the description has neither audio nor video"};
    return {};
}

std::optional<std::size_t> RtpReceiver::findTrack(std::string_view url, std::string_view baseUrl) const {
    for (std::size_t i = 0; i < tracks_.size(); ++i)
        if (isControlOf(url, baseUrl, tracks_[i].media.control)) return i;
    return std::nullopt;
}

bool RtpReceiver::anySetUp() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.isSetUp(); });
}

bool RtpReceiver::usesUdp() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.udp != nullptr; });
}

void RtpReceiver::setUpTcp(std::size_t track, const NumberPair& channels) {
    tracks_[track].channels = channels;
    tracks_[track].udp.reset();
}

base::Result<NumberPair> RtpReceiver::setUpUdp(std::size_t track, UdpPorts& ports, const std::string& clientIp,
                                               const NumberPair& clientPorts) {
    auto pair = ports.open(loop_, clientIp, clientPorts, *this);
    if (!pair) return pair.error();
    Track& one = tracks_[track];
    one.udp = pair.take();
    one.channels.reset();
    one.reorder = std::make_unique<rtp::ReorderBuffer>(options_.reorder);
    return one.udp->ports();
}

void RtpReceiver::begin(hub::Publication& publication) {
    publication_ = &publication;
    writeMetadata(publication);
    for (Track& track : tracks_) {
        if (track.isCarried()) track.published->begin(publication);
        if (track.udp == nullptr) continue;
        track.udp->rtp->start();
        track.udp->rtcp->start();
    }
    reportLater();
}

void RtpReceiver::writeMetadata(hub::Publication& publication) const {
    std::array<media::Codec, 2> codecs{};
    for (const Track& track : tracks_) {
        if (!track.isCarried()) continue;
        codecs[track.media.kind == rtp::SdpKind::Video ? 0 : 1] = track.published->codec();
    }
    if (codecs == std::array<media::Codec, 2>{}) return;
    // Players who come before the first frames learn what to wait for.
    publication.write(media::FrameKind::Data, media::FrameRole::Metadata, 0,
                      media::writeMetadata(codecs[0], codecs[1]));
}

void RtpReceiver::end() {
    if (publication_ != nullptr) receiveRest();
    publication_ = nullptr;
    reportTimer_.cancel();
    reorderTimer_.cancel();
}

void RtpReceiver::onInterleaved(std::uint8_t channel, base::ByteSpan payload) {
    for (Track& track : tracks_) {
        if (!track.channels) continue;
        if (channel == track.channels->rtp) {
            if (publication_ != nullptr && track.published != nullptr) deliver(track, payload);
            return;
        }
        if (channel == track.channels->rtcp) {
            onRtcp(track, payload);
            return;
        }
    }
    complain(fmt::format("an interleaved frame on channel {}, which was not set up", channel));
}

void RtpReceiver::onDatagram(net::UdpSocket& from, base::ByteSpan bytes) {
    for (Track& track : tracks_) {
        if (track.udp == nullptr) continue;
        if (&from == track.udp->rtp.get()) {
            onRtp(track, bytes);
            return;
        }
        if (&from == track.udp->rtcp.get()) {
            onRtcp(track, bytes);
            return;
        }
    }
}

std::uint64_t RtpReceiver::udpBytes() const {
    std::uint64_t sum = 0;
    for (const Track& track : tracks_)
        if (track.udp != nullptr) sum += track.udp->rtp->receivedBytes() + track.udp->rtcp->receivedBytes();
    return sum;
}

void RtpReceiver::onRtp(Track& track, base::ByteSpan packet) {
    if (publication_ == nullptr || track.published == nullptr) return;
    const auto parsed = rtp::RtpPacketView::parse(packet);
    if (!parsed) {
        complain("a broken RTP packet: " + parsed.error().message);
        return;
    }
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    track.reorder->push(parsed.value().header.sequence, {packet.begin(), packet.end()}, nowMs);
    // A sender report that came before the packet, on its own socket, is to be known before it: what is placed by its
    // arrival is moved when the report comes.
    if (track.looksForReport > 0) {
        --track.looksForReport;
        track.udp->rtcp->receivePending();
    }
    drain(track, nowMs);
    watchReorder(track);
}

void RtpReceiver::onRtcp(Track& track, base::ByteSpan packet) {
    const auto compound = rtp::parseRtcp(packet);
    if (!compound) {
        complain("a broken RTCP packet: " + compound.error().message);
        return;
    }
    if (track.statistics == nullptr) return;
    for (const rtp::SenderReport& report : compound.value().senderReports) {
        track.statistics->onSenderReport(report, loop_.clock().monotonicUs());
        clocks_.onSenderReport(track.clock, report);
        track.looksForReport = 0;
    }
}

void RtpReceiver::deliver(Track& track, base::ByteSpan packet) {
    const auto parsed = rtp::RtpPacketView::parse(packet);
    if (!parsed) {
        complain("a broken RTP packet: " + parsed.error().message);
        return;
    }
    const rtp::RtpPacketView& rtp = parsed.value();
    if (rtp.header.payloadType != track.media.payloadType) {
        complain(
            fmt::format("RTP of payload type {}, {} was announced", rtp.header.payloadType, track.media.payloadType));
        return;
    }
    const std::int64_t nowUs = loop_.clock().monotonicUs();
    track.ssrc = rtp.header.ssrc;
    track.statistics->onPacket(rtp.header.sequence, rtp.header.timestamp, nowUs);
    onMedia_();
    for (const rtp::AccessUnit& unit : track.published->push(rtp))
        track.published->write(unit, clocks_.place(track.clock, unit.rtpTimestamp, nowUs), *publication_);
}

void RtpReceiver::drain(Track& track, std::int64_t nowMs) {
    while (publication_ != nullptr) {
        const auto packet = track.reorder->pop(nowMs);
        if (!packet) return;
        deliver(track, *packet);
    }
}

void RtpReceiver::watchReorder(const Track& track) {
    const auto deadlineMs = track.reorder->deadlineMs();
    if (!deadlineMs || reorderTimer_.isArmed()) return;
    const std::int64_t leftMs = std::max<std::int64_t>(1, *deadlineMs - loop_.clock().monotonicMs());
    reorderTimer_.runAfter(leftMs, [this] {
        try {
            drainAll();
        } catch (const std::exception& e) {
            onFailure(std::string("internal error: ") + e.what());
        }
    });
}

void RtpReceiver::drainAll() {
    for (Track& track : tracks_) {
        if (track.reorder == nullptr) continue;
        drain(track, loop_.clock().monotonicMs());
        watchReorder(track);
    }
}

/// Throws nothing: whatever there is no memory for must not keep a session from its end, which may come from a
/// destructor.
void RtpReceiver::receiveRest() {
    try {
        for (Track& track : tracks_) {
            if (track.udp == nullptr) continue;
            track.udp->rtp->receivePending();
            // What is missing does not come any more.
            drain(track, loop_.clock().monotonicMs() + options_.reorder.waitMs);
        }
    } catch (const std::exception& e) {
        loop_.log().info(options_.logName, "the rest of what it has sent is lost: {}", e.what());
    }
}

void RtpReceiver::reportLater() {
    reportTimer_.runAfter(kReportPeriodMs, [this] { report(); });
}

void RtpReceiver::report() {
    reportLater();
    for (Track& track : tracks_)
        if (track.ssrc) reportTrack(track);
}

void RtpReceiver::reportTrack(Track& track) {
    rtp::ReceiverReport report;
    report.ssrc = ourSsrc_;
    report.blocks.push_back(track.statistics->report(*track.ssrc, loop_.clock().monotonicUs()));
    const base::Bytes bytes = rtp::writeReceiverReport(report, rtp::kCname);
    if (track.udp != nullptr) {
        send(*track.udp->rtcp, bytes);
    } else if (track.channels) {
        base::Bytes frame;
        rtp::appendInterleaved(static_cast<std::uint8_t>(track.channels->rtcp), bytes, frame);
        sendTcp_(frame);
    }
}

void RtpReceiver::complain(const std::string& what) {
    if (std::exchange(complained_, true)) return;
    loop_.log().warn(options_.logName, "dropped {} (further such packets are dropped without a word)", what);
}

} // namespace hookcast::rtsp
