#pragma once

#include "hooks/StreamKey.h"

#include <string>
#include <string_view>

namespace hookcast::hls {

/// Whether `name` is what `pattern` can make for the stream `key`, with whatever number and time.
bool isNameOf(std::string_view pattern, const hooks::StreamKey& key, std::string_view name);

/// The name below HLS's root that `uri` in a playlist means which lies in `folder` (empty, or with a slash at its end)
/// and puts `prefix` (hls_entry_prefix) before names; empty for what is elsewhere.
std::string nameOfUri(std::string_view uri, std::string_view folder, std::string_view prefix);

/// What stands in front of the last slash, with it; empty without one.
std::string folderOf(const std::string& name);

} // namespace hookcast::hls
