#pragma once

#include "base/Result.h"
#include "rtp/SdpMedia.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtp {

/// A session description (RFC 4566), as far as live streams need it.
struct Sdp {
    std::string sessionName;
    std::string control; ///< of the session level: "*", a URL, or empty
    std::vector<SdpMedia> media;
};

struct SdpLimits {
    std::size_t sizeBytes = 64 * 1024;
    std::size_t lines = 1024;
    std::size_t mediaSections = 16;
};

/// Whether a line, without its end, is one of an SDP: a letter, "=" and no control characters.
bool isSdpField(std::string_view line);

/// Lenient, as cameras need: CR LF or LF, other lines than isSdpField() and unknown ones ignored, order not checked,
/// "v=0" not required. An error when a limit is exceeded or an m= line makes no sense.
base::Result<Sdp> parseSdp(std::string_view text, const SdpLimits& limits = {});

} // namespace hookcast::rtp
