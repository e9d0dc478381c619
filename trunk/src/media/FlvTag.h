#pragma once

#include "base/Bytes.h"
#include "media/Frame.h"

namespace hookcast::media {

/// What an FLV video tag's body announces in its first bytes (FLV 10.1, E.4.3; Enhanced RTMP v1 and v2,
/// "ExVideoTagHeader"). A body that is too short or says nothing usable is FrameRole::Other: it is passed on, never
/// relied on.
FrameRole videoRole(base::ByteSpan flvBody);

/// Likewise for audio (FLV 10.1, E.4.2; Enhanced RTMP v2, "ExAudioTagHeader").
FrameRole audioRole(base::ByteSpan flvBody);

} // namespace hookcast::media
