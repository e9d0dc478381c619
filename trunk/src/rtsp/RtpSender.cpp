#include "rtsp/RtpSender.h"

#include "base/ByteReader.h"
#include "rtp/FrameCursor.h"
#include "rtp/OwnSource.h"
#include "rtp/Packetizer.h"
#include "rtp/Rtcp.h"
#include "rtp/TrackEncoder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::rtsp {

namespace {

/// Datagrams of one socket that leave with one system call.
class DatagramBatch {
  public:
    bool isFull() const { return count_ == kMaxDatagrams; }
    bool isEmpty() const { return count_ == 0; }

    void add(const rtp::FrameCursor::Frame& frame) {
        pieces_[count_] = frame.pieces;
        sizes_[count_] = frame.sizeBytes;
        datagrams_[count_] = {};
        datagrams_[count_].msg_hdr.msg_iov = pieces_[count_].data();
        datagrams_[count_].msg_hdr.msg_iovlen = frame.pieceCount;
        ++count_;
    }

    /// Returns how many bytes of the log are done with; less than all when the socket is full.
    std::size_t flush(net::UdpSocket& socket, bool& isFull) {
        const std::size_t taken = socket.send({datagrams_.data(), count_});
        std::size_t done = 0;
        for (std::size_t i = 0; i < taken; ++i) done += sizes_[i];
        isFull = taken < count_;
        count_ = 0;
        return done;
    }

  private:
    static constexpr std::size_t kMaxDatagrams = 64;

    std::array<mmsghdr, kMaxDatagrams> datagrams_;
    std::array<std::array<iovec, rtp::FrameCursor::kMaxPieces>, kMaxDatagrams> pieces_;
    std::array<std::size_t, kMaxDatagrams> sizes_;
    std::size_t count_ = 0;
};

std::size_t sizeOf(std::span<const iovec> ranges) {
    std::size_t size = 0;
    for (const iovec& range : ranges) size += range.iov_len;
    return size;
}

bool isAllRtcp(std::span<const iovec> ranges) {
    rtp::FrameCursor cursor(ranges);
    for (auto frame = cursor.next(); frame; frame = cursor.next())
        if (frame->channel % 2 == 0) return false;
    return true;
}

/// Whether a packet of SRTCP is a source's, which stands in the clear (RFC 3711, 3.4).
bool isOf(base::ByteSpan packet, std::uint32_t ssrc) {
    constexpr std::size_t kSsrcAt = 4;
    base::ByteReader header(packet);
    header.bytes(kSsrcAt);
    return header.u32() == ssrc && header.ok();
}

} // namespace

void RtpSender::setUpTcp(std::size_t track, std::unique_ptr<srtp::Protection> protection) {
    trackFor(track) = {};
    tracks_[track].isSetUp = true;
    tracks_[track].protection = std::move(protection);
}

base::Result<NumberPair> RtpSender::setUpUdp(std::size_t track, UdpPorts& ports, const std::string& clientIp,
                                             const NumberPair& clientPorts,
                                             std::unique_ptr<srtp::Protection> protection) {
    auto pair = ports.open(loop_, clientIp, clientPorts, *this);
    if (!pair) return pair.error();
    trackFor(track).udp = pair.take();
    tracks_[track].protection = std::move(protection);
    tracks_[track].isSetUp = true;
    return tracks_[track].udp->ports();
}

RtpSender::Track& RtpSender::trackFor(std::size_t track) {
    if (tracks_.size() <= track) tracks_.resize(track + 1);
    return tracks_[track];
}

hub::TrackSet RtpSender::tracksSetUp() const {
    hub::TrackSet set = 0;
    for (std::size_t track = 0; track < tracks_.size(); ++track)
        if (tracks_[track].isSetUp) set |= hub::only(track);
    return set;
}

bool RtpSender::usesUdp() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.udp != nullptr; });
}

bool RtpSender::isSecure() const {
    return std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) { return track.protection != nullptr; });
}

void RtpSender::begin() {
    for (const Track& track : tracks_) {
        if (track.udp == nullptr) continue;
        track.udp->rtp->start();
        track.udp->rtcp->start();
    }
}

std::size_t RtpSender::write(std::span<const iovec> ranges) {
    if (!begun_) return writeFirst(ranges);
    if (isSecure()) return writeSecure(ranges);
    return usesUdp() ? writeUdp(ranges) : port_.write(ranges);
}

std::size_t RtpSender::writeFirst(std::span<const iovec> ranges) {
    begun_ = true;
    if (!isAllRtcp(ranges)) {
        owner_.onMediaBegins({});
        return write(ranges);
    }
    // A playback hands out its preamble alone, as one range, before anything else.
    sendPreamble({static_cast<const std::uint8_t*>(ranges.front().iov_base), ranges.front().iov_len});
    return ranges.front().iov_len;
}

void RtpSender::sendPreamble(base::ByteSpan preamble) {
    Beginnings beginnings(tracks_.size());
    base::Bytes wanted;
    const iovec range{const_cast<std::uint8_t*>(preamble.data()), preamble.size()};
    rtp::FrameCursor cursor({&range, 1});
    for (auto frame = cursor.next(); frame; frame = cursor.next()) {
        const std::size_t track = frame->channel / 2U;
        if (!isSetUp(track)) continue;
        const auto* packet = static_cast<const std::uint8_t*>(frame->pieces[0].iov_base);
        const auto reports = rtp::parseRtcp({packet, frame->pieces[0].iov_len});
        if (!reports || reports.value().senderReports.empty()) continue;
        const rtp::SenderReport& report = reports.value().senderReports.front();
        tracks_[track].ssrc = report.ssrc;
        beginnings[track] = {static_cast<std::uint16_t>(report.packets), report.rtpTimestamp};
        wanted.insert(wanted.end(), packet - rtp::kInterleavedHeaderBytes, packet + frame->pieces[0].iov_len);
    }
    owner_.onMediaBegins(beginnings);
    if (!wanted.empty()) send(wanted);
}

/// Whole frames of our own.
void RtpSender::send(base::ByteSpan frames) {
    const iovec range{const_cast<std::uint8_t*>(frames.data()), frames.size()};
    if (isSecure())
        writeSecure({&range, 1});
    else if (usesUdp())
        writeUdp({&range, 1});
    else
        port_.send(frames);
}

/// Frames that the ranges cut, and what there is no room for, stay with who offers them. A reply comes by itself, and
/// over TCP alone.
std::size_t RtpSender::writeSecure(std::span<const iovec> ranges) {
    if (!flush()) return 0;
    const base::ByteSpan first(static_cast<const std::uint8_t*>(ranges.front().iov_base), ranges.front().iov_len);
    if (!usesUdp() && !first.empty() && first.front() != '$') {
        outbox_.add(first);
        flush();
        return first.size();
    }
    rtp::FrameCursor cursor(ranges);
    std::size_t done = 0;
    for (auto frame = cursor.next(); frame; frame = cursor.next()) {
        if (!addSecure(*frame) && (!flush() || !addSecure(*frame))) break;
        done += frame->sizeBytes;
    }
    // Nobody else would ask for the frame that is cut.
    if (flush() && done < sizeOf(ranges)) askAgain();
    return done;
}

bool RtpSender::addSecure(const rtp::FrameCursor::Frame& frame) {
    const std::size_t track = frame.channel / 2U;
    return !isSetUp(track) || outbox_.add(frame, *tracks_[track].protection->out);
}

bool RtpSender::flush() {
    if (outbox_.isEmpty()) return true;
    const iovec pending = outbox_.pending();
    outbox_.consume(usesUdp() ? writeUdp({&pending, 1}) : port_.write({&pending, 1}));
    return outbox_.isEmpty();
}

base::Bytes RtpSender::restOf(base::ByteSpan left) {
    if (!isSecure()) return {left.begin(), left.end()};
    base::Bytes rest = outbox_.take();
    // None of the frames has been begun.
    while (!left.empty() && left.front() == '$') {
        const iovec range{const_cast<std::uint8_t*>(left.data()), left.size()};
        rtp::FrameCursor cursor({&range, 1});
        const auto frame = cursor.next();
        left = frame ? left.subspan(frame->sizeBytes) : base::ByteSpan();
    }
    rest.insert(rest.end(), left.begin(), left.end());
    return rest;
}

void RtpSender::askAgain() {
    if (!againTimer_.isArmed()) againTimer_.runAfter(0, [this] { owner_.onRoom(); });
}

std::size_t RtpSender::writeUdp(std::span<const iovec> ranges) {
    DatagramBatch batch;
    net::UdpSocket* socket = nullptr;
    rtp::FrameCursor cursor(ranges);
    std::size_t done = 0;
    bool isFull = false;
    while (!isFull) {
        const auto frame = cursor.next();
        net::UdpSocket* itsSocket = frame ? socketOf(frame->channel) : nullptr;
        if (!batch.isEmpty() && (itsSocket != socket || batch.isFull())) done += batch.flush(*socket, isFull);
        if (!frame || isFull) break;
        socket = itsSocket;
        if (socket == nullptr)
            done += frame->sizeBytes;
        else
            batch.add(*frame);
    }
    // A frame that the ranges cut comes again; nobody else would ask for it.
    if (!isFull && done < sizeOf(ranges)) askAgain();
    return done;
}

net::UdpSocket* RtpSender::socketOf(std::uint8_t channel) const {
    const std::size_t track = channel / 2U;
    if (track >= tracks_.size() || tracks_[track].udp == nullptr) return nullptr;
    return channel % 2 == 0 ? tracks_[track].udp->rtp.get() : tracks_[track].udp->rtcp.get();
}

void RtpSender::onEnded() {
    owner_.onPublisherLeft();
}

void RtpSender::sayGoodbye() {
    for (std::size_t track = 0; track < tracks_.size(); ++track)
        if (tracks_[track].ssrc) sendGoodbye(track);
}

void RtpSender::sendGoodbye(std::size_t track) {
    base::Bytes frame;
    rtp::appendInterleaved(static_cast<std::uint8_t>(rtp::channelOf(track) + 1),
                           rtp::writeGoodbye(*tracks_[track].ssrc, rtp::kCname), frame);
    send(frame);
}

void RtpSender::onDatagram(net::UdpSocket& from, base::ByteSpan bytes) {
    for (Track& track : tracks_) {
        if (track.protection == nullptr || track.udp == nullptr) continue;
        if (&from == track.udp->rtcp.get()) onReport(track, bytes);
        if (&from == track.udp->rtcp.get() || &from == track.udp->rtp.get()) return;
    }
    owner_.onSignOfLife();
}

/// Without SRTP there is nothing to learn from players' reports.
void RtpSender::onInterleaved(std::uint8_t channel, base::ByteSpan payload) {
    const std::size_t track = channel / 2U;
    if (channel % 2 == 1 && isSetUp(track) && tracks_[track].protection != nullptr) onReport(tracks_[track], payload);
}

/// Who has no key makes no sign of life.
void RtpSender::onReport(Track& track, base::ByteSpan packet) {
    // Nor does who sends ours back, which has the key that both sides may share (RFC 3550, 8.2).
    if (track.ssrc && isOf(packet, *track.ssrc)) return;
    if (track.protection->in->rtcp(packet)) {
        owner_.onSignOfLife();
        return;
    }
    if (!std::exchange(complained_, true)) owner_.onForgedReport();
}

std::uint64_t RtpSender::forgedReports() const {
    std::uint64_t sum = 0;
    for (const Track& track : tracks_)
        if (track.protection != nullptr) sum += track.protection->in->dropped();
    return sum;
}

std::uint64_t RtpSender::udpSentBytes() const {
    std::uint64_t sum = 0;
    for (const Track& track : tracks_)
        if (track.udp != nullptr) sum += track.udp->rtp->sentBytes() + track.udp->rtcp->sentBytes();
    return sum;
}

std::uint64_t RtpSender::udpReceivedBytes() const {
    std::uint64_t sum = 0;
    for (const Track& track : tracks_)
        if (track.udp != nullptr) sum += track.udp->rtp->receivedBytes() + track.udp->rtcp->receivedBytes();
    return sum;
}

} // namespace hookcast::rtsp
