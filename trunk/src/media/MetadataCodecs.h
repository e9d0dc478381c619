#pragma once

#include "base/Bytes.h"
#include "media/Codec.h"

namespace hookcast::media {

/// The codecs that a publisher's metadata announces.
struct MetadataCodecs {
    Codec video = Codec::None;
    Codec audio = Codec::None;
};

/// Finds `videocodecid` and `audiocodecid` in an onMetaData message (AMF0; FLV 10.1, E.5; Enhanced RTMP). The keys are
/// looked for by their bytes, wherever they stand; what is not found or not known is Codec::None.
MetadataCodecs readMetadataCodecs(base::ByteSpan metadata);

/// Whether `bravo_atc` is "true" in it: the publisher's times are absolute, and shall be kept (play.atc_auto).
bool asksForAtc(base::ByteSpan metadata);

} // namespace hookcast::media
