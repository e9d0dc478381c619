#pragma once

#include "base/Result.h"
#include "hub/StreamRegistry.h"
#include "media/AvcConfig.h"
#include "media/DtsFromPts.h"
#include "media/HevcConfig.h"
#include "rtp/AccessUnit.h"
#include "rtp/Depacketizer.h"
#include "rtp/Sdp.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace hookcast::rtp {

/// One track of a publisher over RTP: packets, in order, to frames of its publication. Loop thread of its session.
class PublishedTrack {
  public:
    /// An error when the media section makes no sense for its codec.
    static base::Result<std::unique_ptr<PublishedTrack>> make(const SdpMedia& media, std::size_t maxUnitBytes);

    /// A track beside number 0 of its kind: its packets are passed on whole, from RTSP to RTSP, as those who take one
    /// track of a kind have no use for it.
    static std::unique_ptr<PublishedTrack> makeMore(const SdpMedia& media, std::size_t maxUnitBytes,
                                                    std::uint8_t number);

    /// Which one of its kind it is to players.
    std::uint8_t number() const { return number_; }

    /// Writes what the SDP alone tells: codec configurations. Once, when publishing begins.
    void begin(hub::Publication& publication);

    /// Takes a packet; returns the access units that it completes.
    std::vector<AccessUnit> push(const RtpPacketView& packet) { return depacketizer_->push(packet); }

    /// See Depacketizer.
    bool holds() const { return depacketizer_->holds(); }
    std::vector<AccessUnit> flush() { return depacketizer_->flush(); }

    /// Writes an access unit with the presentation time `ptsTicks` (90 kHz).
    void write(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication);

    /// None when its packets are passed on whole.
    media::Codec codec() const { return codec_; }
    const Depacketizer::Counters& counters() const { return depacketizer_->counters(); }

  private:
    PublishedTrack(SdpMedia media, media::Codec codec, std::unique_ptr<Depacketizer> depacketizer, std::uint8_t number);

    void writeVideo(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication);
    void writeAudio(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication);
    void writeOpaque(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication);
    bool adoptParameterSets(const AccessUnit& unit);
    void writeVideoConfig(std::uint32_t timestampMs, hub::Publication& publication);
    void writeAudioConfig(std::uint32_t timestampMs, hub::Publication& publication);
    void followAudioConfig(std::uint32_t timestampMs, hub::Publication& publication);
    bool isParameterSet(base::ByteSpan unit) const;
    std::optional<base::Bytes> configRecord() const;
    std::optional<unsigned> reorderDepth() const;

    // given
    SdpMedia media_;
    media::Codec codec_; ///< None: passed on whole
    std::uint8_t number_;
    // owned
    std::unique_ptr<Depacketizer> depacketizer_;
    // state
    media::AvcConfig avc_;
    media::HevcConfig hevc_;
    bool configured_ = false; ///< the players know the video's codec configuration
    base::Bytes audioConfig_; ///< that they know
    std::optional<media::DtsFromPts> decodeTimes_;
};

} // namespace hookcast::rtp
