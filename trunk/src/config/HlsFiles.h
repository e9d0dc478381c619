#pragma once

#include "config/RecordingPattern.h"
#include "config/VhostConfig.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// `pattern` with `added` before its ending.
std::string withBeforeEnding(std::string_view pattern, std::string_view added);

/// A pattern by which the files of a stream can be told apart: with `-[seq]` where it has neither [seq] nor
/// [timestamp].
std::string distinctPattern(std::string_view pattern);

/// What the files of HLS are called that the vhost writes: playlists, segments, headers and keys, with their folders.
/// None without hls_path.
std::vector<RecordingPattern> hlsFiles(const VhostConfig& vhost);

} // namespace hookcast::config
