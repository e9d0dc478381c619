#pragma once

#include "hls/SegmentWindow.h"

#include <cstdint>
#include <string>

namespace hookcast::hls {

/// What one answer's playlist depends on beside the window.
struct PlaylistTerms {
    std::string prefix;      ///< before each name of a segment: hls_entry_prefix, or the way to HLS's root
    std::string folder;      ///< of the playlist, as `live/`: without a prefix, names in it begin behind it
    std::string query;       ///< behind each of them, without `?`: the viewer's token, or his vhost; empty: none
    std::int64_t partMs = 0; ///< a part's length, where the window does not know better; 0: no low latency
    bool skips = false;      ///< a delta update was asked for (_HLS_skip=YES)
};

/// A part's URL is its segment's with this in the query, and its number in the segment, from 0.
inline constexpr const char* kPartParameter = "part";

/// The media playlist (RFC 8216bis): segments, parts, preload hint, in the order of the window.
std::string mediaPlaylist(const WindowView& view, const PlaylistTerms& terms);

/// A master playlist with one variant, whose playlist is at `uri`.
std::string masterPlaylist(const WindowView& view, const std::string& uri);

} // namespace hookcast::hls
