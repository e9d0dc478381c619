#pragma once

#include "config/DirectiveRow.h"

#include <string>

namespace hookcast::config {

// What depends on more than one directive of a block that fetches a stream: false where it is left out, and a finding
// says why. For the lists in the directive table.

bool isCaptureUsable(const ReadBlock& read);
bool isIngestUsable(const ReadBlock& read);
bool isEngineUsable(const ReadBlock& read);

/// The schemes that captures understand, for messages.
inline constexpr const char* kCaptureSchemes = "rtsp, rtmp, http, https, srt or file";

/// Whether a capture can have this source: a URL with one of those schemes, or a file's path.
bool isCaptureSource(const std::string& source);

} // namespace hookcast::config
