#pragma once

#include "base/Bytes.h"
#include "media/CmafTrack.h"

#include <optional>

namespace hookcast::media {

/// A track of pictures; `frame` is one of them. See readCmafTrack().
std::optional<CmafTrack> readCmafVideo(Codec codec, base::ByteSpan record, base::ByteSpan frame);

} // namespace hookcast::media
