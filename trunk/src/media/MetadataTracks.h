#pragma once

#include "base/Bytes.h"

namespace hookcast::media {

/// Which kinds of media are there.
struct Tracks {
    bool audio = true;
    bool video = true;

    bool all() const { return audio && video; }
    bool operator==(const Tracks&) const = default;
};

/// An onMetaData message (AMF0; FLV 10.1, E.5) without what it says of tracks that are not there: players in browsers
/// wait for what `hasAudio` or `audiocodecid` promise. The keys are looked for by their bytes, as in
/// readMetadataCodecs(), and go with their values; the number of entries that an array tells is approximate by AMF0's
/// own words (2.10) and stays.
base::Bytes withoutMissingTracks(base::ByteSpan metadata, const Tracks& there);

} // namespace hookcast::media
