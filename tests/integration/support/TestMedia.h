#pragma once

#include <string>

namespace hookcast::integration {

// Files to push, made by ffmpeg when the first test wants one and kept in the build folder for all others. Any process,
// any thread. They throw std::runtime_error when ffmpeg cannot make them. All are 4 s of 320x180 pixels at 25 frames
// per second with a keyframe each second, and of sound.

/// FLV: H.264 with B-frames, and AAC of 44.1 kHz.
std::string h264AacClip();

/// MPEG-TS: the same.
std::string h264AacTsClip();

/// MPEG-TS: programme 7 with H.264 and two tracks of AAC, of 44.1 and 22.05 kHz; programme 8 with H.264 and AAC of
/// 32 kHz.
std::string twoProgramsClip();

/// FLV: the same picture with MP3, and with G.711 of 8 kHz, A-law and mu-law.
std::string h264Mp3Clip();
std::string h264PcmaClip();
std::string h264PcmuClip();

/// Matroska: the same picture with Opus.
std::string h264OpusClip();

/// MP4: HEVC with B-frames, and AAC.
std::string hevcAacClip();

/// Video that FLV does not carry: MPEG-4 part 2 with AAC in MP4, VP8 with Opus in Matroska.
std::string mpeg4AacClip();
std::string vp8OpusClip();

/// MP4: HEVC with B-frames, and Opus; the same H.264 with AC-3.
std::string hevcOpusClip();
std::string h264Ac3Clip();

} // namespace hookcast::integration
