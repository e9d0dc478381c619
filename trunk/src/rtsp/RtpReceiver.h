#pragma once

#include "base/Result.h"
#include "hub/StreamRegistry.h"
#include "net/GuardedTimer.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "net/UdpSocket.h"
#include "rtp/ClockMap.h"
#include "rtp/ReorderBuffer.h"
#include "rtp/Sdp.h"
#include "rtsp/ReceivedTrack.h"
#include "rtsp/UdpPorts.h"
#include "srtp/Protection.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// The receiving end of an RTSP publisher: RTP and RTCP, over TCP or UDP, to frames of its publication; receiver
/// reports back. Loop thread of its session only.
class RtpReceiver final : public net::UdpSocket::Handler {
  public:
    struct Options {
        std::size_t maxUnitBytes;
        rtp::ReorderBuffer::Limits reorder;
        std::string logName;
    };

    /// Media has come in.
    using OnMedia = std::function<void()>;

    /// `port`: the RTSP connection, whose session ends when something cannot be dealt with.
    RtpReceiver(net::Loop& loop, Options options, net::SessionPort& port, OnMedia onMedia);
    ~RtpReceiver() override;
    RtpReceiver(const RtpReceiver&) = delete;
    RtpReceiver& operator=(const RtpReceiver&) = delete;

    /// Takes in the description that the publisher announced. Of its audio and of its video sections the first that can
    /// be carried is what everybody gets; those behind it reach players over RTSP; others are received and dropped. An
    /// error when nobody would get any.
    base::Result<void> describe(const rtp::Sdp& sdp);

    /// The control attribute of each track.
    std::vector<std::string> controls() const;
    std::size_t trackCount() const { return tracks_.size(); }

    /// What its description says of a track, as it came.
    const std::string& sectionOf(std::size_t track) const { return tracks_[track].media.text; }
    bool anySetUp() const;
    bool usesUdp() const;
    bool isSecure() const; ///< SRTP, of any track

    /// False when another track has one of the channels: what comes there would be nobody's. `protection`: null: the
    /// track is not of SRTP.
    bool setUpTcp(std::size_t track, const NumberPair& channels, std::unique_ptr<srtp::Protection> protection);

    /// For a client that proposes none. There are more than tracks.
    NumberPair freeChannels() const;

    /// `wanted`: over UDP, with the client's ports. Returns our ports; when there are none, an earlier SETUP of the
    /// track holds.
    base::Result<NumberPair> setUpUdp(std::size_t track, UdpPorts& ports, const std::string& clientIp,
                                      const Transport& wanted, std::unique_ptr<srtp::Protection> protection);

    /// From now on media goes to `publication`, which outlives this or end()s first.
    void begin(hub::Publication& publication);

    /// The publisher has gone: what it had sent by then still goes to the publication, nothing else.
    void end();

    void onInterleaved(std::uint8_t channel, base::ByteSpan payload);
    void onDatagram(net::UdpSocket& from, base::ByteSpan bytes) override;
    void onSendable(net::UdpSocket& /*socket*/) override {}
    void onFailure(const std::string& reason) override { port_.endLater(reason); }

    /// Over UDP: what did not come over the RTSP connection.
    std::uint64_t udpBytes() const;

  private:
    using Track = ReceivedTrack;

    bool isFromClient(net::UdpSocket& socket, std::uint16_t knownPort, const Track& track, std::uint32_t ssrc);
    void receivePictures();
    bool hasItsType(const Track& track, const rtp::RtpHeader& header);
    void onRtp(Track& track, base::ByteSpan datagram);
    void onRtcp(Track& track, base::ByteSpan packet);
    void deliver(Track& track, base::ByteSpan packet);
    void write(Track& track, const rtp::AccessUnit& unit, std::int64_t cameUs);
    void flushHeld(std::int64_t heldForMs);
    base::Result<void> publish(Track& track, std::uint8_t number);
    void writeMetadata(hub::Publication& publication) const;
    void drain(Track& track, std::int64_t nowMs);
    void receiveRest();
    void watchReorder(const Track& track);
    void drainAll();
    void reportLater();
    void report();
    void complain(const std::string& what);

    // given
    net::Loop& loop_;
    Options options_;
    net::SessionPort& port_;
    OnMedia onMedia_;
    // owned
    std::vector<Track> tracks_;
    rtp::ClockMap clocks_;
    net::GuardedTimer reportTimer_;
    net::GuardedTimer reorderTimer_;
    net::GuardedTimer holdTimer_; ///< of units that may be complete
    // state
    hub::Publication* publication_ = nullptr;
    std::uint32_t ourSsrc_;
    bool hasPicture_ = false; ///< one has been published
    bool complained_ = false; ///< what a client gets wrong it gets wrong in every packet
};

} // namespace hookcast::rtsp
