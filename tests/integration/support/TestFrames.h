#pragma once

#include "base/Bytes.h"
#include "rtmp/Message.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hookcast::integration {

// Media messages without media in them: the first bytes say what they are (FLV 10.1 annex E; Enhanced RTMP v2), the
// rest is noise that differs with `seed`, so that two messages are never taken for each other.

rtmp::Message avcConfig(std::uint32_t timestampMs, unsigned seed = 0);
rtmp::Message avcKeyframe(std::uint32_t timestampMs, std::size_t sizeBytes = 500, unsigned seed = 0);
rtmp::Message avcInterFrame(std::uint32_t timestampMs, std::size_t sizeBytes = 100, unsigned seed = 0);
rtmp::Message aacConfig(std::uint32_t timestampMs);
rtmp::Message aacFrame(std::uint32_t timestampMs, std::size_t sizeBytes = 60, unsigned seed = 0);

/// Enhanced RTMP: `packetType` 0 is the decoder's configuration, 1 a coded frame.
rtmp::Message enhancedVideo(std::string_view fourCc, unsigned packetType, bool keyframe, std::uint32_t timestampMs,
                            std::size_t sizeBytes);
rtmp::Message enhancedAudio(std::string_view fourCc, unsigned packetType, std::uint32_t timestampMs,
                            std::size_t sizeBytes);

/// onMetaData, as publishers send it: wrapped in @setDataFrame.
rtmp::Message metadata(double width, double height);

/// onMetaData that asks for the publisher's own time (bravo_atc).
rtmp::Message metadataWithAtc();

/// What metadata() is for players.
base::Bytes metadataPayload(double width, double height);

/// One message of type 22 that holds `parts` (RTMP 1.0, section 7.1.6).
rtmp::Message aggregateOf(const std::vector<rtmp::Message>& parts, std::uint32_t timestampMs);

/// `sizeBytes` of noise that depends on `seed` only.
base::Bytes noise(std::size_t sizeBytes, unsigned seed);

} // namespace hookcast::integration
