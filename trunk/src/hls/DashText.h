#pragma once

#include "config/HlsConfig.h"
#include "hls/SegmentWindow.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::hls {

/// What one answer's manifest depends on beside the window.
struct ManifestTerms {
    config::DashConfig dash;
    std::int64_t fragmentMs = 10000; ///< a segment's length
    std::int64_t nowUnixMs = 0;
    std::string prefix;   ///< before each name: the way to the root of all names
    std::string query;    ///< behind each of them, without `?`: the viewer's token; empty: none
    std::string location; ///< where the next one is to be asked for; empty: where this one was
};

/// A dynamic manifest (MPD, ISO/IEC 23009-1) of segments of fragmented MP4: a period for each run without a
/// discontinuity, in which pictures and sound are one representation. None where it cannot be said: the segments' names
/// differ in more than their number, or there are none.
std::optional<std::string> dashManifest(const WindowView& view, const ManifestTerms& terms);

} // namespace hookcast::hls
