#pragma once

#include "base/Result.h"
#include "media/Frame.h"

#include <string>

namespace hookcast::media {

/// More than 8K is none that is decoded.
inline constexpr int kMostPixels = 7680 * 4320;

/// A keyframe as JPEG, decoded, converted and encoded by libav; in H.264, HEVC, AV1, VP8 or VP9, as far as libavcodec
/// has a decoder. `config`: the codec configuration, or null where there is none. Takes milliseconds, up to a tenth of
/// a second for 4K: not on a loop. An Error for what is broken, or of another codec. Any thread.
base::Result<std::string> jpegOf(const Frame* config, const Frame& keyframe);

} // namespace hookcast::media
