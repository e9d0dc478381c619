#pragma once

#include "base/Bytes.h"
#include "media/CmafTrack.h"

#include <cstdint>
#include <optional>

namespace hookcast::media {

/// A track of sound; `frame` is one of it, `record` may be empty where the codec has no configuration. See
/// readCmafTrack().
std::optional<CmafTrack> readCmafSound(Codec codec, base::ByteSpan record, base::ByteSpan frame);

/// How many samples a frame of Opus, MP3, AC-3 or E-AC-3 has, of its sample rate (Opus: 48 kHz); 0: not known.
std::uint32_t soundSamples(Codec codec, base::ByteSpan frame);

} // namespace hookcast::media
