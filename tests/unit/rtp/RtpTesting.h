#pragma once

#include "rtp/Depacketizer.h"
#include "rtp/Packetizer.h"
#include "rtp/RtpPacket.h"
#include "rtp/Sdp.h"
#include "unit/support/TestBytes.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtp::test {

inline base::Bytes rtp(std::uint16_t sequence, std::uint32_t timestamp, bool marker, const base::Bytes& payload) {
    const auto header = RtpHeader{marker, 96, sequence, timestamp, 0x01020304}.bytes();
    return support::join({{header.begin(), header.end()}, payload});
}

/// Pushes one packet.
inline std::vector<AccessUnit> push(Depacketizer& depacketizer, const base::Bytes& packet) {
    const auto view = RtpPacketView::parse(packet);
    if (!view.ok()) return {};
    return depacketizer.push(view.value());
}

/// Numbers the packets itself.
class PacketFeed {
  public:
    explicit PacketFeed(std::unique_ptr<Depacketizer> depacketizer) : depacketizer_(std::move(depacketizer)) {}

    std::vector<AccessUnit> push(std::uint32_t timestamp, bool marker, const base::Bytes& payload) {
        return test::push(*depacketizer_, rtp(sequence_++, timestamp, marker, payload));
    }

    void lose(std::uint16_t packets = 1) { sequence_ = static_cast<std::uint16_t>(sequence_ + packets); }

    const Depacketizer::Counters& counters() const { return depacketizer_->counters(); }

  private:
    std::unique_ptr<Depacketizer> depacketizer_;
    std::uint16_t sequence_ = 65530; ///< so that it wraps
};

/// Keeps packets as UDP would carry them.
class PacketKeeper final : public PacketSink {
  public:
    void packet(base::ByteSpan header, base::ByteSpan payload) override {
        interleavedHeaders.emplace_back(header.begin(), header.begin() + kInterleavedHeaderBytes);
        base::Bytes bytes(header.begin() + kInterleavedHeaderBytes, header.end());
        bytes.insert(bytes.end(), payload.begin(), payload.end());
        packets.push_back(std::move(bytes));
    }

    std::vector<base::Bytes> interleavedHeaders;
    std::vector<base::Bytes> packets;
};

inline SdpMedia mediaSection(std::string_view text) {
    auto sdp = parseSdp(text);
    return sdp.ok() && !sdp.value().media.empty() ? sdp.value().media.front() : SdpMedia();
}

inline std::vector<base::ByteSpan> views(const std::vector<base::Bytes>& units) {
    return {units.begin(), units.end()};
}

} // namespace hookcast::rtp::test
