#pragma once

#include "config/DirectiveRow.h"
#include "config/RtspAuth.h"

#include <array>

namespace hookcast::config {

inline constexpr int kNoRtspAuth = -1;

/// The words of rtsp_auth, and what they mean: a RtspAuthScheme, or none.
inline constexpr std::array kRtspAuthWords = {
    Choice{"off", kNoRtspAuth},
    Choice{"basic", static_cast<int>(RtspAuthScheme::Basic)},
    Choice{"digest", static_cast<int>(RtspAuthScheme::DigestMd5)},
    Choice{"digest-sha-256", static_cast<int>(RtspAuthScheme::DigestSha256)},
};

} // namespace hookcast::config
