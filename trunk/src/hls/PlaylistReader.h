#pragma once

#include "base/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hls {

/// A segment as a playlist lists it.
struct ListedSegment {
    std::string uri;
    std::int64_t durationUs = 0;
    std::int64_t startUnixMs = 0;                   ///< 0: not told
    bool isDiscontinuous = false;                   ///< from the one before
    bool isGap = false;                             ///< there is no such file
    std::shared_ptr<const std::string> initUri;     ///< null: MPEG-TS
    std::shared_ptr<const std::string> keyUri;      ///< null: not encrypted
    std::optional<std::array<std::uint8_t, 16>> iv; ///< none: its media sequence number
};

/// What a media playlist says, as far as it is needed to go on with it.
struct ListedPlaylist {
    std::uint64_t mediaSequence = 0;
    std::uint64_t discontinuitySequence = 0;
    std::int64_t targetDurationMs = 0;
    bool hasEnded = false;
    std::string writer; ///< the stream that it is of, as kWriterLine tells it; empty: not told
    std::vector<ListedSegment> segments;
};

/// What a playlist that is a file has in front of the stream it is of, percent-encoded: the same name may be one of
/// another stream after a restart. To players it is a comment (RFC 8216, 4.1).
inline constexpr std::string_view kWriterLine = "## hookcast-stream: ";

/// At most so many segments; an error beyond.
inline constexpr std::size_t kMostListedSegments = 100'000;

/// A media playlist (RFC 8216). What is not known is passed over; an error for what is none, or has numbers that
/// nobody can go on with.
base::Result<ListedPlaylist> readPlaylist(std::string_view text);

} // namespace hookcast::hls
