#include "rtp/GroupingDepacketizer.h"

#include <utility>

namespace hookcast::rtp {

namespace {

/// What a NAL unit or packet takes besides its bytes, so that many tiny ones are no way around the limit.
constexpr std::size_t kOverheadBytes = 64;

} // namespace

std::vector<AccessUnit> GroupingDepacketizer::push(const RtpPacketView& packet) {
    std::vector<AccessUnit> out;
    const bool follows = this->follows(packet.header);
    judgeMarker(packet, follows, out);
    if (!follows && open_) breakUnit();
    if (open_ && packet.header.timestamp != unit_.rtpTimestamp) {
        // Parameter sets with a timestamp of their own belong to the picture behind them.
        if (hasMedia() || isUnfinished() || broken_) {
            finish(out);
        } else {
            unit_.rtpTimestamp = packet.header.timestamp;
        }
    }
    if (!follows && !open_) beginningInDoubt_ = true;
    if (!open_) begin(packet.header);
    if (!broken_) take(packet);
    if (packet.header.marker && (hasMedia() || isUnfinished() || broken_)) {
        markedTimestamp_ = unit_.rtpTimestamp;
        ended_ = markers_ != Markers::Believed;
        if (!ended_) finish(out);
    }
    return out;
}

/// What comes behind a marker shows whether it was the end of its unit.
void GroupingDepacketizer::judgeMarker(const RtpPacketView& packet, bool follows, std::vector<AccessUnit>& out) {
    const auto marked = std::exchange(markedTimestamp_, std::nullopt);
    const bool wasHeld = std::exchange(ended_, false);
    if (!marked) return;
    const bool goesOn = packet.header.timestamp == *marked && continuesUnit(packet);
    if (goesOn)
        markers_ = Markers::Ignored;
    else if (markers_ == Markers::Unproven && packet.header.timestamp != *marked)
        markers_ = Markers::Believed;
    if (!wasHeld || goesOn) return;
    // Where each packet has a marker, what was lost may have belonged to the unit.
    if (!follows && markers_ == Markers::Ignored) breakUnit();
    finish(out);
}

std::vector<AccessUnit> GroupingDepacketizer::flush() {
    std::vector<AccessUnit> out;
    if (std::exchange(ended_, false)) finish(out);
    return out;
}

void GroupingDepacketizer::add(base::ByteSpan first, base::ByteSpan second) {
    if (!claim(first.size() + second.size() + kOverheadBytes)) return;
    base::Bytes& bytes = unit_.units.emplace_back();
    bytes.reserve(first.size() + second.size());
    bytes.insert(bytes.end(), first.begin(), first.end());
    bytes.insert(bytes.end(), second.begin(), second.end());
}

void GroupingDepacketizer::extend(base::ByteSpan bytes) {
    if (!claim(bytes.size())) return;
    base::Bytes& last = unit_.units.back();
    last.insert(last.end(), bytes.begin(), bytes.end());
}

void GroupingDepacketizer::begin(const RtpHeader& header) {
    open_ = true;
    unit_.rtpTimestamp = header.timestamp;
}

void GroupingDepacketizer::finish(std::vector<AccessUnit>& out) {
    const Beginning seen = beginningInDoubt_ ? beginning() : Beginning::There;
    if (oversized_) {
        ++counters_.oversizedUnits;
    } else if (broken_ || isUnfinished() || seen == Beginning::Missing) {
        ++counters_.discardedUnits;
    } else {
        unit_.complete = seen == Beginning::There;
        out.push_back(std::move(unit_));
    }
    unit_ = {};
    heldBytes_ = 0;
    open_ = false;
    broken_ = false;
    oversized_ = false;
    beginningInDoubt_ = false;
    reset();
}

/// Over the limit, what is held is given back at once.
bool GroupingDepacketizer::claim(std::size_t bytes) {
    if (oversized_) return false;
    if (bytes > maxUnitBytes_ - heldBytes_) {
        oversized_ = true;
        broken_ = true;
        unit_.units = {};
        return false;
    }
    heldBytes_ += bytes;
    return true;
}

} // namespace hookcast::rtp
