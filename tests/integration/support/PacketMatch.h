#pragma once

#include "support/FrameHashes.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace hookcast::integration {

/// What a player's packets have to have in common with those that were sent.
struct PacketMatch {
    std::size_t leastVideo = 1; ///< packets, from the end
    std::size_t leastAudio = 1;
    std::size_t mostAudioLost = 0; ///< at the end; FFmpeg never sends what it has gathered for one last RTP packet
    bool times = true;
    bool firstAudioTime = true; ///< false: FFmpeg guesses it, as it does with MP3 from RTSP
    bool decodeTimes = false;   ///< not only presentation times; RTP has no others, and its players guess
    std::int64_t toleranceMs = 1;
};

/// Whether what a player received, who may have come in late, is what was sent from some packet on to the last one:
/// without a gap, byte by byte, and at the same times but for one offset that video and audio share. Packets whose time
/// ffmpeg does not know, as it happens to the first one from RTSP, are compared by their bytes only.
testing::AssertionResult isTailOf(const PacketHashes& received, const PacketHashes& sent, const PacketMatch& match);

} // namespace hookcast::integration
