#pragma once

#include "base/Result.h"
#include "base/TimeZone.h"
#include "config/HlsConfig.h"
#include "hls/Segment.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::hls {

/// The names of one stream's files: the patterns with their variables replaced. These are those of dvr_path (see
/// hub::variablesOf()), [seq], the media sequence number, and [duration], in milliseconds. Where a pattern would give
/// two segments one name, the number is added, and where it would give two streams one, [app] and [stream]
/// (config::distinctPattern()).
class SegmentNames {
  public:
    struct Terms {
        Container container = Container::Ts;
        base::TimeZone timeZone = base::TimeZone::Local;
        /// hls_ts_floor: [timestamp] is the time in segments of so many milliseconds; 0: in milliseconds.
        std::int64_t floorMs = 0;
    };

    /// An error where a name would lead out of its folder, or could not be one of a file.
    static base::Result<SegmentNames> create(const config::HlsConfig& hls, const hooks::StreamKey& key, Terms terms);

    std::string segment(std::uint64_t sequence, std::int64_t startUnixMs, std::int64_t durationMs);

    /// Of the header of MP4 segments, from 0.
    std::string init(std::uint64_t number, std::int64_t startUnixMs) const;

  private:
    SegmentNames(std::string segments, std::string inits, hooks::StreamKey key, Terms terms);

    // given
    std::string segments_;
    std::string inits_;
    hooks::StreamKey key_;
    Terms terms_;
    // state
    std::int64_t latestFloor_ = 0;
};

/// `pattern` for a playlist of the stream: what can be known before there is a segment.
base::Result<std::string> playlistName(std::string_view pattern, const hooks::StreamKey& key);

} // namespace hookcast::hls
