#include "srtp/Outbound.h"

#include "base/ByteReader.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace hookcast::srtp {

namespace {

constexpr std::size_t kRtpHeaderBytes = 12;
constexpr std::size_t kRtcpHeaderBytes = 8;
constexpr std::size_t kRtcpIndexBytes = 4;
constexpr std::uint32_t kEncrypted = 0x80000000; ///< in front of SRTCP's index
constexpr std::uint32_t kMostReports = 0x7FFFFFFF;

/// What is added to a packet.
constexpr std::size_t kTrailerBytes = kRtcpIndexBytes + PacketCipher::kMaxTagBytes;

std::uint16_t u16At(base::ByteSpan bytes, std::size_t at) {
    return base::ByteReader(bytes.subspan(at)).u16();
}

std::uint32_t u32At(base::ByteSpan bytes, std::size_t at) {
    return base::ByteReader(bytes.subspan(at)).u32();
}

void write(std::uint8_t* to, std::uint32_t value, std::size_t sizeBytes) {
    for (std::size_t i = 0; i < sizeBytes; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * (sizeBytes - 1 - i)));
}

/// Where the payload begins, which alone is encrypted: behind CSRCs and extension (RFC 3550, 5.1 and 5.3.1). More than
/// there is where that makes no sense.
std::size_t payloadAt(base::ByteSpan packet) {
    std::size_t at = kRtpHeaderBytes + 4U * (packet[0] & 0x0FU);
    if ((packet[0] & 0x10U) == 0) return at;
    if (at + 4 > packet.size()) return packet.size() + 1;
    at += 4 + 4U * u16At(packet, at + 2);
    return at;
}

} // namespace

base::Result<std::unique_ptr<Outbound>> Outbound::make(const Keying& keying) {
    auto rtp = PacketCipher::make(keying, PacketCipher::Use::Rtp);
    if (!rtp) return rtp.error();
    auto rtcp = PacketCipher::make(keying, PacketCipher::Use::Rtcp);
    if (!rtcp) return rtcp.error();
    return std::make_unique<Outbound>(rtp.take(), rtcp.take());
}

base::ByteSpan Outbound::rtp(std::span<const iovec> pieces) {
    const std::span<std::uint8_t> packet = gather(pieces);
    if (packet.size() < kRtpHeaderBytes) return {};
    const std::size_t begin = payloadAt(packet);
    if (begin > packet.size() || !number(packet)) return {};
    const std::uint64_t index = static_cast<std::uint64_t>(rolloverCounter_) << 16U | newest_;
    std::array<std::uint8_t, 4> counter{};
    write(counter.data(), rolloverCounter_, counter.size());
    if (!rtp_->encrypt(packet.subspan(begin), u32At(packet, 8), index)) return {};
    rtp_->sign(packet, counter, packet.data() + packet.size());
    return {packet.data(), packet.size() + rtp_->tagBytes()};
}

base::ByteSpan Outbound::rtcp(std::span<const iovec> pieces) {
    const std::span<std::uint8_t> packet = gather(pieces);
    if (packet.size() < kRtcpHeaderBytes || rtcpIndex_ == kMostReports) return {};
    ++rtcpIndex_;
    if (!rtcp_->encrypt(packet.subspan(kRtcpHeaderBytes), u32At(packet, 4), rtcpIndex_)) return {};
    write(packet.data() + packet.size(), kEncrypted | rtcpIndex_, kRtcpIndexBytes);
    const base::ByteSpan whole(packet.data(), packet.size() + kRtcpIndexBytes);
    rtcp_->sign(whole, {}, packet.data() + whole.size());
    return {packet.data(), whole.size() + rtcp_->tagBytes()};
}

/// With room for what is added.
std::span<std::uint8_t> Outbound::gather(std::span<const iovec> pieces) {
    std::size_t size = 0;
    for (const iovec& piece : pieces) size += piece.iov_len;
    if (packet_.size() < size + kTrailerBytes) packet_.resize(size + kTrailerBytes);
    std::uint8_t* at = packet_.data();
    for (const iovec& piece : pieces) {
        std::memcpy(at, piece.iov_base, piece.iov_len);
        at += piece.iov_len;
    }
    return {packet_.data(), size};
}

/// Gives the packet its sequence number, which is the newest then; false: there is none left.
bool Outbound::number(std::span<std::uint8_t> packet) {
    const std::uint32_t ssrc = u32At(packet, 8);
    const auto its = u16At(packet, 2);
    if (sourceCount_ == 0 || sources_[sourceCount_ - 1] != ssrc) {
        if (!beginSource(ssrc)) return false;
        newest_ = its;
        return true;
    }
    auto sequence = static_cast<std::uint16_t>(its + shift_);
    const int gap = static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - newest_));
    if (gap <= 0 || gap > kLongestGap) {
        sequence = static_cast<std::uint16_t>(newest_ + 1);
        shift_ = static_cast<std::uint16_t>(sequence - its);
    }
    if (sequence < newest_) {
        if (rolloverCounter_ == std::numeric_limits<std::uint32_t>::max()) return false;
        ++rolloverCounter_;
    }
    newest_ = sequence;
    write(packet.data() + 2, sequence, 2);
    return true;
}

bool Outbound::beginSource(std::uint32_t ssrc) {
    const std::span before(sources_.data(), sourceCount_);
    if (sourceCount_ == kMaxSources || std::ranges::find(before, ssrc) != before.end()) return false;
    sources_[sourceCount_++] = ssrc;
    shift_ = 0;
    rolloverCounter_ = 0;
    return true;
}

} // namespace hookcast::srtp
