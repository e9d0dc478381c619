#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::load {

/// What a viewer has to know of a playlist.
struct HlsList {
    std::string variant;             ///< of a master playlist, the first's; empty: this is a media playlist
    std::vector<std::string> uris;   ///< of the segments that are complete
    std::uint64_t firstSequence = 0; ///< that of the first of them
    std::size_t openParts = 0;       ///< of the segment behind them
    double targetDurationS = 0;
    double lastDurationS = 0; ///< of the last segment
    bool blocks = false;      ///< the server keeps a request until there is what it asks for
    bool hasEnded = false;

    static HlsList parse(const std::string& text);

    std::uint64_t nextSequence() const { return firstSequence + uris.size(); }
};

/// `uri` as it stands in the playlist at `path`, as a path. Empty: it leads to another server.
std::string resolved(const std::string& path, const std::string& uri);

} // namespace hookcast::load
