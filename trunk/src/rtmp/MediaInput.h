#pragma once

#include "base/Result.h"
#include "hub/StreamRegistry.h"
#include "rtmp/Message.h"

#include <cstdint>

namespace hookcast::rtmp {

enum class MediaTaken : std::uint8_t { Yes, PassedOver };

/// Hands an audio, video, data or aggregate message of a publisher to its publication, untouched but for
/// `@setDataFrame`, which is an instruction to the server, and for what stands before the name of metadata.
/// `@clearDataFrame` takes the metadata back. Messages of other types are ignored, data messages that cannot be read as
/// AMF are passed over: some encoders have tracks of their own in them. Pure but for the publication. An error means
/// that the publisher talks nonsense.
base::Result<MediaTaken> writeMedia(hub::Publication& publication, Message&& message, std::uint32_t amfDepth);

} // namespace hookcast::rtmp
