#pragma once

#include "base/Bytes.h"
#include "media/Codec.h"
#include "rtsp/RtpPacket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace hookcast::rtsp {

/// Where a packetizer puts its packets.
class PacketSink {
  public:
    virtual ~PacketSink() = default;

    /// One packet, as an interleaved frame (RFC 2326, 10.12): `header` is "$", the channel, the length, the RTP header
    /// and what the payload format puts before the media; `payload` is media. Both are valid during the call only.
    /// Without the first kInterleavedHeaderBytes of `header` it is what UDP carries.
    virtual void packet(base::ByteSpan header, base::ByteSpan payload) = 0;
};

constexpr std::size_t kInterleavedHeaderBytes = 4;

/// Appends packets, as interleaved frames, to bytes that the caller owns.
class BytesSink final : public PacketSink {
  public:
    explicit BytesSink(base::Bytes& out) : out_(out) {}
    void packet(base::ByteSpan header, base::ByteSpan payload) override;

  private:
    base::Bytes& out_;
};

struct PacketizerOptions {
    std::uint8_t payloadType = 96;
    std::uint8_t channel = 0; ///< of interleaved frames
    std::uint32_t ssrc = 0;
    std::uint16_t firstSequence = 0;
    std::size_t mtuBytes = 1400; ///< most bytes of a packet behind its RTP header; 64 to kMaxMtuBytes

    static constexpr std::size_t kMaxMtuBytes = 65535 - RtpHeader::kSizeBytes;
};

/// Cuts the access units of one track into RTP packets. Writes nothing but packets: the timestamp is the caller's.
/// Belongs to one thread.
class Packetizer {
  public:
    /// Counted for sender reports (RFC 3550, 6.4.1).
    struct Counters {
        std::uint32_t packets = 0;
        std::uint32_t payloadBytes = 0;
        std::uint64_t droppedUnits = 0; ///< that the format cannot carry
    };

    explicit Packetizer(const PacketizerOptions& options);
    virtual ~Packetizer() = default;

    /// Writes one access unit. `units` as AccessUnit::units has them: NAL units, in front of a keyframe the parameter
    /// sets too; one audio frame; or, for a codec that is not known, whole RTP packets, whose headers are replaced.
    /// Empty units are left out.
    virtual void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) = 0;

    std::uint16_t nextSequence() const { return sequence_; }
    std::uint32_t ssrc() const { return options_.ssrc; }
    std::uint8_t channel() const { return options_.channel; }
    const Counters& counters() const { return counters_; }

  protected:
    /// Hands one packet to `sink`. `formatHeader` is what the payload format puts first: at most kMaxFormatHeaderBytes.
    void emit(bool marker, std::uint32_t rtpTimestamp, base::ByteSpan formatHeader, base::ByteSpan payload,
              PacketSink& sink);

    /// Likewise, with the first byte of the RTP header as given, for packets that keep CSRCs and extension.
    void emit(std::uint8_t firstByte, bool marker, std::uint32_t rtpTimestamp, base::ByteSpan formatHeader,
              base::ByteSpan payload, PacketSink& sink);

    void skipSequence(std::uint16_t count) { sequence_ = static_cast<std::uint16_t>(sequence_ + count); }
    std::size_t mtuBytes() const { return options_.mtuBytes; }

    static constexpr std::size_t kMaxFormatHeaderBytes = 8;

    Counters counters_;

  private:
    // given
    PacketizerOptions options_;

    // state
    std::uint16_t sequence_;
};

/// The packetizer for a codec; Codec::None and codecs without one get the one that passes whole packets on.
std::unique_ptr<Packetizer> makePacketizer(media::Codec codec, const PacketizerOptions& options);

} // namespace hookcast::rtsp
