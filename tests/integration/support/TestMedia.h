#pragma once

#include <string>

namespace hookcast::integration {

// Files to push, made by ffmpeg when the first test wants one and kept in the build folder for all others. Any
// process, any thread. They throw std::runtime_error when ffmpeg cannot make them.

/// 4 s of H.264 with B-frames, 320x180 at 25 frames per second with a keyframe each second, and AAC.
std::string h264AacClip();

/// The same picture with MP3.
std::string h264Mp3Clip();

// Those that FLV does not hold, in MP4.

/// 4 s of the same picture in HEVC with B-frames, and Opus.
std::string hevcOpusClip();

/// The same H.264 with AC-3.
std::string h264Ac3Clip();

} // namespace hookcast::integration
