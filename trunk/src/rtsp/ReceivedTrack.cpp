#include "rtsp/ReceivedTrack.h"

#include "rtp/TrackEncoder.h"

#include <sys/uio.h>

namespace hookcast::rtsp {

namespace {

void send(net::UdpSocket& socket, base::ByteSpan bytes) {
    iovec range{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    mmsghdr datagram{};
    datagram.msg_hdr.msg_iov = &range;
    datagram.msg_hdr.msg_iovlen = 1;
    socket.send({&datagram, 1});
}

} // namespace

std::optional<base::ByteSpan> ReceivedTrack::openRtp(base::ByteSpan packet) const {
    return protection == nullptr ? packet : protection->in->rtp(packet);
}

std::optional<base::ByteSpan> ReceivedTrack::openRtcp(base::ByteSpan packet) const {
    return protection == nullptr ? packet : protection->in->rtcp(packet);
}

void ReceivedTrack::send(base::ByteSpan rtcp, net::SessionPort& port) const {
    if (protection != nullptr) {
        const iovec piece{const_cast<std::uint8_t*>(rtcp.data()), rtcp.size()};
        rtcp = protection->out->rtcp({&piece, 1});
        if (rtcp.empty()) return;
    }
    if (udp != nullptr) {
        rtsp::send(*udp->rtcp, rtcp);
    } else if (channels) {
        base::Bytes frame;
        rtp::appendInterleaved(static_cast<std::uint8_t>(channels->rtcp), rtcp, frame);
        port.send(frame);
    }
}

} // namespace hookcast::rtsp
