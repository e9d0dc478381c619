#pragma once

#include "base/Result.h"
#include "hub/StreamRegistry.h"
#include "rtmp/Message.h"

#include <cstdint>

namespace hookcast::rtmp {

/// Hands an audio, video, data or aggregate message of a publisher to its publication, untouched but for
/// `@setDataFrame`, which is an instruction to the server. Messages of other types are ignored. Pure but for the
/// publication. An error means that the publisher talks nonsense.
base::Result<void> writeMedia(hub::Publication& publication, Message&& message, std::uint32_t amfDepth);

} // namespace hookcast::rtmp
