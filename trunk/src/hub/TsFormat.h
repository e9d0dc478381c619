#pragma once

#include "hub/WireFormat.h"

#include <string>

namespace hookcast::hub {

/// A stream as MPEG-TS, the same packets for every player. An entry is a whole number of packets of 188 bytes; PAT and
/// PMT are in front of a video keyframe, so that its preamble is empty, and are the preamble of any other frame.
/// Which tracks and codecs are carried, and when the program changes: media/TsMuxer.h. Any thread.
class TsFormat final : public WireFormat {
  public:
    static constexpr std::size_t kPacketBytes = 188;

    std::string_view name() const override { return "ts"; }
    std::unique_ptr<WireEncoder> makeEncoder() const override;

    /// The codecs of a stream that its players will miss, for their log line: `G711A`; empty when there are none.
    static std::string leftOut(const StreamHeaders& headers);
};

} // namespace hookcast::hub
