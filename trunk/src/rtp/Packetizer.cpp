#include "rtp/Packetizer.h"

#include "rtp/AacPacketizer.h"
#include "rtp/AvcPacketizer.h"
#include "rtp/G711Packetizer.h"
#include "rtp/HevcPacketizer.h"
#include "rtp/Mp3Packetizer.h"
#include "rtp/OpaquePacketizer.h"
#include "rtp/OpusPacketizer.h"

#include <algorithm>
#include <array>

namespace hookcast::rtp {

Packetizer::Packetizer(const PacketizerOptions& options) : options_(options), sequence_(options.firstSequence) {
    options_.mtuBytes = std::clamp(options.mtuBytes, PacketizerOptions::kMinMtuBytes, PacketizerOptions::kMaxMtuBytes);
}

void Packetizer::emit(bool marker, std::uint32_t rtpTimestamp, base::ByteSpan formatHeader, base::ByteSpan payload,
                      PacketSink& sink, std::uint8_t flags) {
    std::array<std::uint8_t, kInterleavedHeaderBytes + RtpHeader::kSizeBytes + kMaxFormatHeaderBytes> header{};
    const std::size_t mediaBytes = formatHeader.size() + payload.size();
    const std::size_t lengthBytes = RtpHeader::kSizeBytes + mediaBytes;
    header[0] = '$';
    header[1] = options_.channel;
    header[2] = static_cast<std::uint8_t>(lengthBytes >> 8U);
    header[3] = static_cast<std::uint8_t>(lengthBytes);
    const auto rtp = RtpHeader{marker, options_.payloadType, sequence_++, rtpTimestamp, options_.ssrc}.bytes();
    auto* next = std::ranges::copy(rtp, header.begin() + kInterleavedHeaderBytes).out;
    header[kInterleavedHeaderBytes] |= flags;
    next = std::ranges::copy(formatHeader, next).out;
    ++counters_.packets;
    counters_.payloadBytes += static_cast<std::uint32_t>(mediaBytes);
    sink.packet(base::ByteSpan(header.begin(), next), payload);
}

std::unique_ptr<Packetizer> makePacketizer(media::Codec codec, const PacketizerOptions& options) {
    switch (codec) {
    case media::Codec::None: return std::make_unique<OpaquePacketizer>(options);
    case media::Codec::Avc: return std::make_unique<AvcPacketizer>(options);
    case media::Codec::Hevc: return std::make_unique<HevcPacketizer>(options);
    case media::Codec::Aac: return std::make_unique<AacPacketizer>(options);
    case media::Codec::Opus: return std::make_unique<OpusPacketizer>(options);
    case media::Codec::G711A:
    case media::Codec::G711U: return std::make_unique<G711Packetizer>(options);
    case media::Codec::Mp3: return std::make_unique<Mp3Packetizer>(options);
    default: return nullptr;
    }
}

} // namespace hookcast::rtp
