#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace hookcast::media {

/// Sample rates by index (ISO/IEC 14496-3, table 1.18).
inline constexpr std::array<std::uint32_t, 13> kAacSampleRates{96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                                               22050, 16000, 12000, 11025, 8000,  7350};

inline std::optional<std::uint8_t> aacSampleRateIndex(std::uint32_t sampleRate) {
    const auto* const found = std::ranges::find(kAacSampleRates, sampleRate);
    if (found == kAacSampleRates.end()) return std::nullopt;
    return static_cast<std::uint8_t>(found - kAacSampleRates.begin());
}

/// Channels by configuration (table 1.19); 0 where there is none, or a program config element tells.
inline constexpr std::array<std::uint8_t, 16> kAacChannels{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};

} // namespace hookcast::media
