#pragma once

#include "rtp/Depacketizer.h"
#include "rtp/LatmConfig.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::rtp {

/// AAC as MP4A-LATM (RFC 6416, section 6), its configuration in the SDP or among the packets. Each frame is a unit.
class LatmDepacketizer final : public Depacketizer {
  public:
    /// An error when the section tells a configuration that cannot be used.
    static base::Result<std::unique_ptr<Depacketizer>> make(const SdpMedia& media, std::size_t maxUnitBytes);

    LatmDepacketizer(std::optional<LatmConfig> config, std::uint32_t clockRate, std::size_t maxUnitBytes)
        : clockRate_(clockRate), maxUnitBytes_(maxUnitBytes), isInBand_(!config), config_(std::move(config)) {}

    std::vector<AccessUnit> push(const RtpPacketView& packet) override;
    base::ByteSpan audioConfig() const override;

  private:
    void finish(std::vector<AccessUnit>& out);
    bool readElement(std::vector<AccessUnit>& out);

    // given
    std::uint32_t clockRate_;
    std::size_t maxUnitBytes_;
    bool isInBand_;
    // state
    std::optional<LatmConfig> config_;
    base::Bytes element_; ///< an AudioMuxElement that is being put together; empty: none
    std::uint32_t timestamp_ = 0;
    bool broken_ = false; ///< and lacks something
};

} // namespace hookcast::rtp
