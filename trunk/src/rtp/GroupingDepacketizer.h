#pragma once

#include "rtp/Depacketizer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::rtp {

/// Units that are all the packets of one timestamp, up to the one with the marker or to the next timestamp. Where a
/// unit went on behind a marker, none counts any more.
///
/// What is lost between two packets of a unit breaks it. What is lost between two units breaks the first one, unless it
/// had its marker, and puts the beginning of the second one in doubt.
class GroupingDepacketizer : public Depacketizer {
  public:
    std::vector<AccessUnit> push(const RtpPacketView& packet) final;
    void distrustMarkers() override { markers_ = Markers::Unproven; }
    bool holds() const final { return ended_; }
    std::vector<AccessUnit> flush() final;

  protected:
    explicit GroupingDepacketizer(std::size_t maxUnitBytes) : maxUnitBytes_(maxUnitBytes) {}

    /// Takes what one packet adds to the current unit.
    virtual void take(const RtpPacketView& packet) = 0;

    /// Whether the current unit is one: parameter sets alone are not, and wait for the picture behind them.
    virtual bool hasMedia() const { return !unit_.units.empty(); }

    /// Whether the current unit certainly lacks its end, whatever its packets say.
    virtual bool isUnfinished() const { return false; }

    enum class Beginning { There, Missing, Unknown };

    /// What the current unit's content says of its beginning. Asked after a loss only.
    virtual Beginning beginning() const = 0;

    /// Whether a packet certainly goes on with the unit before it, whose timestamp it has.
    virtual bool continuesUnit(const RtpPacketView& packet) const = 0;

    /// The current unit is done with; the next one begins.
    virtual void reset() {}

    /// Adds a NAL unit or packet, made of two runs of bytes.
    void add(base::ByteSpan first, base::ByteSpan second);

    /// Adds bytes to the one that was added last.
    void extend(base::ByteSpan bytes);

    /// The current unit cannot be completed.
    void breakUnit() { broken_ = true; }

    bool isBroken() const { return broken_; }

    AccessUnit unit_;

  private:
    enum class Markers { Believed, Unproven, Ignored };

    void judgeMarker(const RtpPacketView& packet, bool follows, std::vector<AccessUnit>& out);
    void begin(const RtpHeader& header);
    void finish(std::vector<AccessUnit>& out);
    bool claim(std::size_t bytes);

    // given
    std::size_t maxUnitBytes_;

    // state
    Markers markers_ = Markers::Believed;
    std::optional<std::uint32_t> markedTimestamp_; ///< of the packet before this one, which had a marker
    bool ended_ = false;                           ///< unit_ has, and is held
    bool open_ = false;                            ///< unit_ has had a packet
    bool broken_ = false;
    bool oversized_ = false;
    bool beginningInDoubt_ = false; ///< packets were lost right before the current unit, or the next one
    std::size_t heldBytes_ = 0;
};

} // namespace hookcast::rtp
