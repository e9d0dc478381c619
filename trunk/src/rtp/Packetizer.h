#pragma once

#include "base/Bytes.h"
#include "media/Codec.h"
#include "rtp/RtpPacket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace hookcast::rtp {

constexpr std::size_t kInterleavedHeaderBytes = 4;

/// Where a packetizer puts its packets.
class PacketSink {
  public:
    virtual ~PacketSink() = default;

    /// One packet, as an interleaved frame (RFC 2326, 10.12): `header` is "$", the channel, the length, the RTP header
    /// and what the payload format puts before the media; `payload` is media, a view of what was to be written. Both
    /// are valid during the call only. Without the first kInterleavedHeaderBytes of `header` it is what UDP carries.
    virtual void packet(base::ByteSpan header, base::ByteSpan payload) = 0;
};

/// Appends packets, as interleaved frames, to bytes that the caller owns.
class BytesSink final : public PacketSink {
  public:
    explicit BytesSink(base::Bytes& out) : out_(out) {}

    void packet(base::ByteSpan header, base::ByteSpan payload) override {
        out_.insert(out_.end(), header.begin(), header.end());
        out_.insert(out_.end(), payload.begin(), payload.end());
    }

  private:
    base::Bytes& out_;
};

struct PacketizerOptions {
    /// What the length of an interleaved frame can say.
    static constexpr std::size_t kMaxMtuBytes = 65535 - RtpHeader::kSizeBytes;
    static constexpr std::size_t kMinMtuBytes = 64;

    std::uint8_t payloadType = 96;
    std::uint8_t channel = 0; ///< of interleaved frames
    std::uint32_t ssrc = 0;
    std::uint16_t firstSequence = 0;
    std::size_t mtuBytes = 1400; ///< most bytes of a packet behind its RTP header; kept within the bounds above
};

/// Cuts the access units of one track into RTP packets. Keeps no bytes and no time: the timestamp is the caller's.
/// Belongs to one thread.
class Packetizer {
  public:
    struct Counters {
        std::uint32_t packets = 0;      ///< as a sender report has it (RFC 3550, 6.4.1)
        std::uint32_t payloadBytes = 0; ///< likewise
        std::uint64_t droppedUnits = 0; ///< that the payload format cannot carry
    };

    virtual ~Packetizer() = default;
    Packetizer(const Packetizer&) = delete;
    Packetizer& operator=(const Packetizer&) = delete;

    /// Writes one access unit. `units` are as AccessUnit::units has them: NAL units, in front of a keyframe the
    /// parameter sets too; one audio frame; or, for a codec that is not known, whole RTP packets, which get a header of
    /// this track: the first one `rtpTimestamp`, the others at their distance from it, gaps in the sequence kept.
    /// Empty units are left out.
    virtual void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) = 0;

    std::uint16_t nextSequence() const { return sequence_; }
    std::uint32_t ssrc() const { return options_.ssrc; }
    std::uint8_t channel() const { return options_.channel; }
    const Counters& counters() const { return counters_; }

  protected:
    static constexpr std::size_t kMaxFormatHeaderBytes = 4;

    explicit Packetizer(const PacketizerOptions& options);

    /// Hands one packet to `sink`. `formatHeader`: what the payload format puts first, at most kMaxFormatHeaderBytes.
    /// `flags`: the extension bit and CSRC count of an RTP header whose rest is in `payload`.
    void emit(bool marker, std::uint32_t rtpTimestamp, base::ByteSpan formatHeader, base::ByteSpan payload,
              PacketSink& sink, std::uint8_t flags = 0);

    void skipSequence(unsigned count) { sequence_ = static_cast<std::uint16_t>(sequence_ + count); }
    void countDropped() { ++counters_.droppedUnits; }
    std::size_t mtuBytes() const { return options_.mtuBytes; }

  private:
    // given
    PacketizerOptions options_;

    // state
    std::uint16_t sequence_;
    Counters counters_;
};

/// The packetizer for a codec. Codec::None is for tracks whose packets are passed on whole; codecs that come with no
/// payload format here (AV1, VP8, ...) have none, and null is returned.
std::unique_ptr<Packetizer> makePacketizer(media::Codec codec, const PacketizerOptions& options);

} // namespace hookcast::rtp
