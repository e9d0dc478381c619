#pragma once

#include "base/Bytes.h"
#include "hub/Playback.h"
#include "net/GuardedTimer.h"
#include "net/SessionPort.h"
#include "net/UdpSocket.h"
#include "rtp/FrameCursor.h"
#include "rtp/StreamTracks.h"
#include "rtsp/SecureOutbox.h"
#include "rtsp/UdpPorts.h"
#include "srtp/Protection.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// The sending end of an RTSP player: takes the log's interleaved frames to its connection, or as datagrams to its
/// ports. Loop thread of its session only.
class RtpSender final : public hub::Subscriber, public net::UdpSocket::Handler {
  public:
    /// Where a track's RTP begins, for RTP-Info; none for a track that is not known.
    struct Beginning {
        std::uint16_t sequence;
        std::uint32_t rtpTimestamp;
    };
    using Beginnings = std::vector<std::optional<Beginning>>; ///< by the stream's tracks

    /// What the session learns; on the loop, never from within a call into the sender but for write().
    class Owner {
      public:
        virtual ~Owner() = default;
        /// The first media is about to be sent. What the owner sends over the connection now goes before it.
        virtual void onMediaBegins(const Beginnings& beginnings) = 0;
        /// A UDP socket has room again.
        virtual void onRoom() = 0;
        /// See hub::Subscriber.
        virtual void onPlayerStalled(const std::string& reason) = 0;
        virtual void onPublisherLeft() = 0;
        /// The client says that it receives (RTCP over UDP).
        virtual void onSignOfLife() = 0;
        /// The first report has come that is not authentic, and has been dropped.
        virtual void onForgedReport() = 0;
    };

    RtpSender(net::Loop& loop, net::SessionPort& port, Owner& owner)
        : loop_(loop), port_(port), owner_(owner), againTimer_(loop, port) {}

    /// `protection`: null: the track is not of SRTP, and neither are the others.
    void setUpTcp(std::size_t track, std::unique_ptr<srtp::Protection> protection);

    /// Returns our ports; when there are none, an earlier SETUP of the track holds.
    base::Result<NumberPair> setUpUdp(std::size_t track, UdpPorts& ports, const std::string& clientIp,
                                      const NumberPair& clientPorts, std::unique_ptr<srtp::Protection> protection);
    bool anySetUp() const { return tracksSetUp() != 0; }
    hub::TrackSet tracksSetUp() const;
    bool usesUdp() const;
    bool isSecure() const; ///< SRTP

    /// Whether the first bytes have been sent: from then on, over TCP, replies go between two frames.
    bool hasBegun() const { return begun_; }

    /// BYE on every track that has begun. Players over UDP would otherwise wait for more: not all of them look at their
    /// connection.
    void sayGoodbye();

    /// Media is about to flow.
    void begin();

    /// Sends what has been protected and has not left yet; false: there is no room for all of it. Before the playback
    /// is resumed.
    bool flush();

    /// What still has to be sent of what a playback has left behind, so that a reply finds its place.
    base::Bytes restOf(base::ByteSpan left);

    /// What the client has sent over its connection.
    void onInterleaved(std::uint8_t channel, base::ByteSpan payload);

    // hub::Subscriber
    std::size_t write(std::span<const iovec> ranges) override;
    void onStalled(const std::string& reason) override { owner_.onPlayerStalled(reason); }
    void onEnded() override;

    // net::UdpSocket::Handler
    void onDatagram(net::UdpSocket& from, base::ByteSpan bytes) override;
    void onSendable(net::UdpSocket& /*socket*/) override { owner_.onRoom(); }
    void onFailure(const std::string& reason) override { port_.endLater(reason); }

    /// Of the client that were not authentic.
    std::uint64_t forgedReports() const;

    std::uint64_t udpSentBytes() const;
    std::uint64_t udpReceivedBytes() const;

  private:
    struct Track {
        bool isSetUp = false;
        std::unique_ptr<UdpPair> udp;
        std::unique_ptr<srtp::Protection> protection; ///< of SRTP
        std::optional<std::uint32_t> ssrc;            ///< once its RTP has begun
    };

    std::size_t writeFirst(std::span<const iovec> ranges);
    std::size_t writeUdp(std::span<const iovec> ranges);
    std::size_t writeSecure(std::span<const iovec> ranges);
    bool addSecure(const rtp::FrameCursor::Frame& frame);
    void send(base::ByteSpan frames);
    void askAgain();
    void onReport(Track& track, base::ByteSpan packet);
    void sendPreamble(base::ByteSpan preamble);
    void sendGoodbye(std::size_t track);
    Track& trackFor(std::size_t track);
    bool isSetUp(std::size_t track) const { return track < tracks_.size() && tracks_[track].isSetUp; }
    net::UdpSocket* socketOf(std::uint8_t channel) const;

    // given
    net::Loop& loop_;
    net::SessionPort& port_;
    Owner& owner_;
    // owned
    std::vector<Track> tracks_; ///< as many as the last one that was set up needs
    SecureOutbox outbox_;       ///< of SRTP
    net::GuardedTimer againTimer_;
    // state
    bool begun_ = false;      ///< the first bytes have been sent
    bool complained_ = false; ///< of a packet that is not authentic
};

} // namespace hookcast::rtsp
