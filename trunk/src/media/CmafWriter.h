#pragma once

#include "base/Bytes.h"
#include "media/CmafTrack.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hookcast::media {

/// One frame of a track, as fragments hold it.
struct CmafSample {
    base::ByteSpan payload; ///< valid until the fragment is written
    std::int64_t dts = 0;   ///< in the track's ticks, as all times here
    std::int64_t cts = 0;   ///< presentation time minus decode time
    std::uint32_t duration = 0;
    bool isSync = false;
};

/// What a fragment has of a track.
struct CmafRun {
    std::uint32_t trackId = 1; ///< its place in the header, from 1
    bool isVideo = false;
    std::vector<CmafSample> samples;
};

/// The header of fragmented MP4 (`ftyp` and `moov`), with `tracks` in this order.
base::Bytes writeCmafHeader(std::span<const CmafTrack> tracks);

/// Appends a fragment (`moof` and `mdat`): a run for each track that has samples. Nothing where none has.
void writeCmafFragment(std::uint32_t number, std::span<const CmafRun> runs, base::Bytes& out);

} // namespace hookcast::media
