#include "rtsp/RtpReceiver.h"

#include "media/FlvBody.h"
#include "rtp/OwnSource.h"
#include "rtp/Rtcp.h"
#include "rtp/SdpWriter.h"
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
constexpr const char* kForgery = "a packet that is not authentic";

/// A picture whose next slice takes longer has none.
constexpr std::int64_t kLongestHoldMs = 200;

/// Where the first unit is put: B-frames and a track that turns out to be earlier need room before it.
constexpr std::int64_t kBeginTicks = rtp::ClockMap::kTicksPerSecond / 2;

bool shareOne(const NumberPair& a, const NumberPair& b) {
    return a.rtp == b.rtp || a.rtp == b.rtcp || a.rtcp == b.rtp || a.rtcp == b.rtcp;
}

/// Pictures and sounds, in this order.
std::size_t kindIndex(const rtp::SdpMedia& media) {
    return media.kind == rtp::SdpKind::Video ? 0 : 1;
}

} // namespace

RtpReceiver::RtpReceiver(net::Loop& loop, Options options, net::SessionPort& port, OnMedia onMedia)
    : loop_(loop), options_(std::move(options)), port_(port), onMedia_(std::move(onMedia)), clocks_(kBeginTicks),
      reportTimer_(loop, port), reorderTimer_(loop, port), holdTimer_(loop, port), ourSsrc_(rtp::randomSsrc()) {}

RtpReceiver::~RtpReceiver() {
    end();
}

base::Result<void> RtpReceiver::describe(const rtp::Sdp& sdp) {
    std::array<std::uint8_t, 2> taken{};
    std::string why = "the description has neither audio nor video";
    for (const rtp::SdpMedia& media : sdp.media) {
        Track& track = tracks_.emplace_back();
        track.media = media;
        if (media.kind == rtp::SdpKind::Other) {
            loop_.log().info(options_.logName, "the media section {} is not carried", media.encodingName);
            continue;
        }
        std::uint8_t& number = taken[kindIndex(media)];
        const base::Result<void> published = publish(track, number);
        if (published) {
            ++number;
            continue;
        }
        // Its packets are received and dropped: a publisher that may not set up a track gives up the others, too.
        why = published.error().message;
        loop_.log().warn(options_.logName, "leaves out a track: {}", why);
    }
    if (taken == decltype(taken){}) return base::Error{why};
    return {};
}

base::Result<void> RtpReceiver::publish(Track& track, std::uint8_t number) {
    const rtp::SdpMedia& media = track.media;
    if (number == 0) {
        auto published = rtp::PublishedTrack::make(media, options_.maxUnitBytes);
        if (!published) return published.error();
        track.published = published.take();
    } else {
        if (const auto described = rtp::describeOpaque(media.text); !described) return described.error();
        track.published = rtp::PublishedTrack::makeMore(media, options_.maxUnitBytes, number);
        loop_.log().trace(options_.logName, "its further {} track {} ({}) is for players over RTSP alone",
                          media.kind == rtp::SdpKind::Video ? "video" : "audio", number,
                          base::printable(media.encodingName));
    }
    track.statistics = std::make_unique<rtp::ReceiverStatistics>(media.clockRate);
    track.clock = clocks_.addTrack(media.clockRate);
    return {};
}

std::vector<std::string> RtpReceiver::controls() const {
    std::vector<std::string> controls;
    for (const Track& track : tracks_) controls.push_back(track.media.control);
    return controls;
}

bool RtpReceiver::anySetUp() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.isSetUp(); });
}

bool RtpReceiver::usesUdp() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.udp != nullptr; });
}

bool RtpReceiver::isSecure() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.protection != nullptr; });
}

bool RtpReceiver::setUpTcp(std::size_t track, const NumberPair& channels,
                           std::unique_ptr<srtp::Protection> protection) {
    Track& one = tracks_[track];
    const auto takes = [&](const Track& other) {
        return &other != &one && other.channels && shareOne(*other.channels, channels);
    };
    if (std::ranges::any_of(tracks_, takes)) return false;
    one.channels = channels;
    one.protection = std::move(protection);
    one.udp.reset();
    return true;
}

NumberPair RtpReceiver::freeChannels() const {
    NumberPair free{0, 1};
    const auto takes = [&free](const Track& track) { return track.channels && shareOne(*track.channels, free); };
    while (std::ranges::any_of(tracks_, takes))
        free = {static_cast<std::uint16_t>(free.rtp + 2), static_cast<std::uint16_t>(free.rtcp + 2)};
    return free;
}

base::Result<NumberPair> RtpReceiver::setUpUdp(std::size_t track, UdpPorts& ports, const std::string& clientIp,
                                               const Transport& wanted, std::unique_ptr<srtp::Protection> protection) {
    const NumberPair& clientPorts = *wanted.clientPort;
    auto pair = ports.open(loop_, clientIp, clientPorts, *this, net::UdpSocket::Accepts::AnyPort);
    if (!pair) return pair.error();
    Track& one = tracks_[track];
    one.udp = pair.take();
    one.protection = std::move(protection);
    one.channels.reset();
    one.clientPorts = clientPorts;
    one.source = wanted.ssrc;
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
        if (track.isCarried() && track.published->number() == 0)
            codecs[kindIndex(track.media)] = track.published->codec();
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
    holdTimer_.cancel();
}

void RtpReceiver::onInterleaved(std::uint8_t channel, base::ByteSpan payload) {
    for (Track& track : tracks_) {
        if (!track.channels) continue;
        if (channel == track.channels->rtp) {
            if (publication_ == nullptr || track.published == nullptr) return;
            if (const auto packet = track.openRtp(payload))
                deliver(track, *packet);
            else
                complain(kForgery);
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

void RtpReceiver::onRtp(Track& track, base::ByteSpan datagram) {
    if (publication_ == nullptr || track.published == nullptr) return;
    const auto packet = track.openRtp(datagram);
    if (!packet) {
        complain(kForgery);
        return;
    }
    const auto parsed = rtp::RtpPacketView::parse(*packet);
    if (!parsed) {
        complain("a broken RTP packet: " + parsed.error().message);
        return;
    }
    const rtp::RtpHeader& header = parsed.value().header;
    if (!hasItsType(track, header)) return;
    net::UdpSocket& socket = *track.udp->rtp;
    // Where its packets have come from, a source may begin anew.
    const bool isSettled = socket.sourcePort() == socket.peerPort();
    if (!isSettled && !isFromClient(socket, track.clientPorts.rtp, track, header.ssrc)) return;
    track.source = header.ssrc;
    if (!hasPicture_ && track.media.kind == rtp::SdpKind::Audio) receivePictures();
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    track.reorder->push(parsed.value().header.sequence, {packet->begin(), packet->end()}, nowMs);
    // A sender report that came before the packet, on its own socket, is to be known before it: what is placed by its
    // arrival is moved when the report comes.
    if (track.looksForReport > 0) {
        --track.looksForReport;
        track.udp->rtcp->receivePending();
    }
    drain(track, nowMs);
    watchReorder(track);
}

/// Sockets are read in any order. A sound that was sent behind the first picture, and is read before it, would be in
/// front of the keyframe that players begin with.
void RtpReceiver::receivePictures() {
    for (Track& track : tracks_)
        if (track.udp != nullptr && track.media.kind == rtp::SdpKind::Video) track.udp->rtp->receivePending();
}

/// A NAT gives a client other ports than it has announced, and who else is behind that address could send to ours. So
/// what comes from another port has to be of the source that is known, where one is.
bool RtpReceiver::isFromClient(net::UdpSocket& socket, std::uint16_t knownPort, const Track& track,
                               std::uint32_t ssrc) {
    const std::uint16_t port = socket.sourcePort();
    if (port != knownPort && track.source.value_or(ssrc) != ssrc) {
        complain(fmt::format("UDP from port {} of the client's address, with another SSRC than the client's", port));
        return false;
    }
    if (port != socket.peerPort()) socket.sendTo(port);
    return true;
}

bool RtpReceiver::hasItsType(const Track& track, const rtp::RtpHeader& header) {
    if (header.payloadType == track.media.payloadType) return true;
    complain(fmt::format("RTP of payload type {}, {} was announced", header.payloadType, track.media.payloadType));
    return false;
}

void RtpReceiver::onRtcp(Track& track, base::ByteSpan packet) {
    const auto opened = track.openRtcp(packet);
    if (!opened) {
        complain(kForgery);
        return;
    }
    const auto compound = rtp::parseRtcp(*opened);
    if (!compound) {
        complain("a broken RTCP packet: " + compound.error().message);
        return;
    }
    if (track.statistics == nullptr) return;
    for (const rtp::SenderReport& report : compound.value().senderReports) {
        if (track.udp != nullptr && !isFromClient(*track.udp->rtcp, track.clientPorts.rtcp, track, report.ssrc)) return;
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
    if (!hasItsType(track, rtp.header)) return;
    const std::int64_t nowUs = loop_.clock().monotonicUs();
    track.ssrc = rtp.header.ssrc;
    track.statistics->onPacket(rtp.header.sequence, rtp.header.timestamp, nowUs);
    onMedia_();
    // What was held came earlier.
    std::int64_t cameUs = track.published->holds() ? track.heldUs : nowUs;
    for (const rtp::AccessUnit& unit : track.published->push(rtp)) {
        write(track, unit, cameUs);
        cameUs = nowUs;
    }
    if (!track.published->holds()) return;
    track.heldUs = nowUs;
    if (!holdTimer_.isArmed()) holdTimer_.runAfter(kLongestHoldMs, [this] { flushHeld(kLongestHoldMs); });
}

void RtpReceiver::write(Track& track, const rtp::AccessUnit& unit, std::int64_t cameUs) {
    if (track.media.kind == rtp::SdpKind::Video) hasPicture_ = true;
    track.published->write(unit, clocks_.place(track.clock, unit.rtpTimestamp, cameUs), *publication_);
}

/// Gives out what was held for so long.
void RtpReceiver::flushHeld(std::int64_t heldForMs) {
    const std::int64_t beforeUs = loop_.clock().monotonicUs() - heldForMs * 1000;
    bool isAnyHeld = false;
    for (Track& track : tracks_) {
        if (publication_ == nullptr || track.published == nullptr || !track.published->holds()) continue;
        if (track.heldUs > beforeUs)
            isAnyHeld = true;
        else
            for (const rtp::AccessUnit& unit : track.published->flush()) write(track, unit, track.heldUs);
    }
    if (isAnyHeld) holdTimer_.runAfter(kLongestHoldMs, [this] { flushHeld(kLongestHoldMs); });
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
    reorderTimer_.runAfter(leftMs, [this] { drainAll(); });
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
    flushHeld(0);
}

void RtpReceiver::reportLater() {
    reportTimer_.runAfter(kReportPeriodMs, [this] { report(); });
}

void RtpReceiver::report() {
    reportLater();
    for (Track& track : tracks_)
        if (track.ssrc) {
            rtp::ReceiverReport report;
            report.ssrc = ourSsrc_;
            report.blocks.push_back(track.statistics->report(*track.ssrc, loop_.clock().monotonicUs()));
            track.send(rtp::writeReceiverReport(report, rtp::kCname), port_);
        }
}

void RtpReceiver::complain(const std::string& what) {
    if (std::exchange(complained_, true)) return;
    loop_.log().warn(options_.logName, "dropped {} (further such packets are dropped without a word)", what);
}

} // namespace hookcast::rtsp
