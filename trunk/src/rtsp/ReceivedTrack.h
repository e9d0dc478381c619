#pragma once

#include "base/Bytes.h"
#include "net/SessionPort.h"
#include "rtp/PublishedTrack.h"
#include "rtp/ReceiverStatistics.h"
#include "rtp/ReorderBuffer.h"
#include "rtp/SdpMedia.h"
#include "rtsp/Transport.h"
#include "rtsp/UdpPorts.h"
#include "srtp/Protection.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace hookcast::rtsp {

/// One track of an RTSP publisher, as RtpReceiver has it.
struct ReceivedTrack {
    /// A publisher that has sent no sender report by its so many first packets will not send one with them.
    static constexpr unsigned kMostLooksForReport = 100;

    rtp::SdpMedia media;
    std::unique_ptr<rtp::PublishedTrack> published; ///< null: received and dropped
    std::unique_ptr<UdpPair> udp;
    std::unique_ptr<rtp::ReorderBuffer> reorder;  ///< over UDP
    NumberPair clientPorts;                       ///< over UDP, as announced
    std::optional<std::uint32_t> source;          ///< over UDP, the client's SSRC, once it is known
    std::optional<NumberPair> channels;           ///< over TCP
    std::unique_ptr<srtp::Protection> protection; ///< null: in the clear
    std::unique_ptr<rtp::ReceiverStatistics> statistics;
    std::size_t clock = 0;
    std::int64_t heldUs = 0; ///< when what is held came
    std::optional<std::uint32_t> ssrc;
    unsigned looksForReport = kMostLooksForReport; ///< how often RTCP is still to be read before RTP

    bool isSetUp() const { return udp != nullptr || channels; }
    bool isCarried() const { return published != nullptr && isSetUp(); }

    /// A packet without its protection, if it has one: valid until the next call. None: it is not authentic.
    std::optional<base::ByteSpan> openRtp(base::ByteSpan packet) const;
    std::optional<base::ByteSpan> openRtcp(base::ByteSpan packet) const;

    /// Sends a compound packet of RTCP, protected as the track is: on its socket, or on `port`.
    void send(base::ByteSpan rtcp, net::SessionPort& port) const;
};

} // namespace hookcast::rtsp
