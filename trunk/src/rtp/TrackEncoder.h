#pragma once

#include "base/Bytes.h"
#include "hub/WireLog.h"
#include "media/FlvBody.h"
#include "media/Frame.h"
#include "rtp/Packetizer.h"
#include "rtp/SdpWriter.h"
#include "rtp/StreamTracks.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace hookcast::rtp {

/// Writes one track of a stream into a log as interleaved RTP. Lives on the publisher's loop.
class TrackEncoder {
  public:
    /// What a sender report says of the packets so far.
    struct SenderState {
        std::uint32_t packets = 0;
        std::uint32_t payloadBytes = 0;
    };

    explicit TrackEncoder(const TrackName& name);

    /// Takes in a codec configuration. One that RTP cannot carry silences the track until another comes.
    void configure(const media::Frame& frame);

    /// The same for a frame of a codec that has no configuration and announces itself by its frames.
    void prepareFor(const media::Frame& frame);

    /// Appends the packets of an access unit. A frame that does not fit the configuration appends nothing.
    void append(const media::Frame& frame, hub::WireLog& log);

    /// 0 while the track is not known.
    std::uint32_t clockRate() const { return description_ ? description_->clockRate : 0; }
    std::uint32_t ssrc() const { return ssrc_; }
    SenderState senderState() const;
    std::uint32_t rtpTimestamp(std::int64_t streamMs) const;

  private:
    void appendVideo(const media::Frame& frame, hub::WireLog& log);
    void appendAudio(const media::Frame& frame, hub::WireLog& log);
    void appendOpaque(const media::Frame& frame, hub::WireLog& log);
    void readConfig(const media::Frame& frame);
    void addUnits(const media::VideoBody& body);
    std::uint32_t audioTimestamp(std::int64_t dtsMs, const media::AudioBody& body);
    void write(std::uint32_t rtpTimestamp, hub::WireLog& log);
    void makePacketizerFor(const TrackDescription& description);

    // given
    TrackName name_;
    std::uint32_t ssrc_;
    // owned
    std::optional<TrackDescription> description_;
    std::unique_ptr<Packetizer> packetizer_;
    std::vector<base::Bytes> parameterSets_;
    std::vector<base::ByteSpan> units_; ///< of the frame being written; kept for its memory
    // state
    SenderState sentBefore_; ///< by the packetizers before this one
    unsigned lengthSizeBytes_ = 4;
    std::uint32_t frameSamples_ = 0;              ///< AAC
    std::optional<std::int64_t> nextAudioSample_; ///< where the next frame begins when no time is missing
};

/// Appends `$`, the channel, the length and `payload`.
void appendInterleaved(std::uint8_t channel, base::ByteSpan payload, base::Bytes& out);

} // namespace hookcast::rtp
