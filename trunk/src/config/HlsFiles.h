#pragma once

#include "config/Config.h"
#include "config/RecordingPattern.h"
#include "config/VhostConfig.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// Whether `variable`, as `[seq]`, stands in the pattern.
inline bool hasVariable(std::string_view pattern, std::string_view variable) {
    return pattern.find(variable) != std::string_view::npos;
}

/// Without what only says that it begins at HLS's root: slashes and `./`.
std::string_view relativePattern(std::string_view pattern);

/// `pattern` with `added` before its ending.
std::string withBeforeEnding(std::string_view pattern, std::string_view added);

/// A pattern by which the files of two streams of a vhost can be told apart: with `[app]/`, `[stream]/`, or both,
/// before the file's own name where they are not in it.
std::string tellingPattern(std::string_view pattern);

/// A pattern by which all files can be told apart: tellingPattern(), and `-[seq]` where it has neither [seq] nor
/// [timestamp].
std::string distinctPattern(std::string_view pattern);

/// What the files of HLS are called that the vhost writes: playlists, segments, headers and keys, with their folders.
/// As they are, and as they were before what tellingPattern() adds. None without hls_path.
std::vector<RecordingPattern> hlsFiles(const VhostConfig& vhost);

/// Whether no two streams that HLS is made of can have a playlist where this vhost has one: it tells the stream, and no
/// other vhost writes into that folder, or one above or below it. Looks at the disk, where links may lead there.
bool isPlaylistOfOneStream(const Config& config, const VhostConfig& vhost);

/// The first other vhost whose streams have their playlists where those of the same name of this vhost are; null: none.
/// Likewise.
const VhostConfig* sharerOfPlaylists(const Config& config, const VhostConfig& vhost);

} // namespace hookcast::config
