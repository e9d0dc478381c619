#pragma once

#include "base/Result.h"
#include "rtp/Depacketizer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::rtp {

/// AAC as mpeg4-generic (RFC 3640), modes AAC-hbr and AAC-lbr and what their parameters allow, but for interleaving.
/// Several frames in a packet become several units.
class AacDepacketizer final : public Depacketizer {
  public:
    /// How AU headers are written (RFC 3640, 4.1); lengths in bits.
    struct Format {
        unsigned sizeLength = 0;
        unsigned indexLength = 0;
        unsigned indexDeltaLength = 0;
        unsigned ctsDeltaLength = 0;
        unsigned dtsDeltaLength = 0;
        bool randomAccessIndication = false;
        unsigned streamStateLength = 0;
        unsigned auxiliarySizeLength = 0;
        std::uint32_t constantSizeBytes = 0; ///< when sizeLength is 0
        std::uint32_t frameTicks = 1024;     ///< in units of the RTP clock
        base::Bytes config;                  ///< the AudioSpecificConfig

        static base::Result<Format> read(const SdpMedia& media);
    };

    AacDepacketizer(Format format, std::size_t maxUnitBytes)
        : format_(std::move(format)), maxUnitBytes_(maxUnitBytes) {}

    std::vector<AccessUnit> push(const RtpPacketView& packet) override;
    base::ByteSpan audioConfig() const override { return format_.config; }

  private:
    struct Layout {
        std::vector<std::uint32_t> sizesBytes;
        base::ByteSpan data;
    };

    std::optional<Layout> readLayout(base::ByteSpan payload) const;
    bool readHeaders(base::ByteSpan headers, std::size_t bits, std::vector<std::uint32_t>& sizesBytes) const;
    void takeFragment(const RtpPacketView& packet, std::uint32_t sizeBytes, base::ByteSpan data,
                      std::vector<AccessUnit>& out);
    void discardFragments();

    // given
    Format format_;
    std::size_t maxUnitBytes_;

    // state
    AccessUnit fragmented_;                           ///< being put together when fragmentBytes_ is not 0
    std::uint32_t fragmentBytes_ = 0;                 ///< of the whole frame
    std::optional<std::uint32_t> discardedTimestamp_; ///< of a frame whose other fragments are not looked at
};

} // namespace hookcast::rtp
