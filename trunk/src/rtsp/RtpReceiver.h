#pragma once

#include "base/Result.h"
#include "hub/StreamRegistry.h"
#include "net/GuardedTimer.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "net/UdpSocket.h"
#include "rtp/ClockMap.h"
#include "rtp/PublishedTrack.h"
#include "rtp/ReceiverStatistics.h"
#include "rtp/ReorderBuffer.h"
#include "rtp/Sdp.h"
#include "rtsp/UdpPorts.h"

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
    bool anySetUp() const;
    bool usesUdp() const;

    /// False when another track has one of the channels: what comes there would be nobody's.
    bool setUpTcp(std::size_t track, const NumberPair& channels);

    /// For a client that proposes none. There are more than tracks.
    NumberPair freeChannels() const;

    /// `wanted`: over UDP, with the client's ports. Returns our ports; when there are none, an earlier SETUP of the
    /// track holds.
    base::Result<NumberPair> setUpUdp(std::size_t track, UdpPorts& ports, const std::string& clientIp,
                                      const Transport& wanted);

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
    /// A publisher that has sent no sender report by its so many first packets will not send one with them.
    static constexpr unsigned kMostLooksForReport = 100;

    struct Track {
        rtp::SdpMedia media;
        std::unique_ptr<rtp::PublishedTrack> published; ///< null: received and dropped
        std::unique_ptr<UdpPair> udp;
        std::unique_ptr<rtp::ReorderBuffer> reorder; ///< over UDP
        NumberPair clientPorts;                      ///< over UDP, as announced
        std::optional<std::uint32_t> source;         ///< over UDP, the client's SSRC, once it is known
        std::optional<NumberPair> channels;          ///< over TCP
        std::unique_ptr<rtp::ReceiverStatistics> statistics;
        std::size_t clock = 0;
        std::int64_t heldUs = 0; ///< when what is held came
        std::optional<std::uint32_t> ssrc;
        unsigned looksForReport = kMostLooksForReport; ///< how often RTCP is still to be read before RTP

        bool isSetUp() const { return udp != nullptr || channels; }
        bool isCarried() const { return published != nullptr && isSetUp(); }
    };

    bool isFromClient(net::UdpSocket& socket, std::uint16_t knownPort, const Track& track, std::uint32_t ssrc);
    void receivePictures();
    bool hasItsType(const Track& track, const rtp::RtpHeader& header);
    void onRtp(Track& track, base::ByteSpan packet);
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
    void reportTrack(Track& track);
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
