#pragma once

#include "base/Result.h"
#include "base/TimeZone.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::outputs {

/// A recording's file name: dvr_path with its variables replaced. [vhost], [app] and [stream] are the stream's;
/// [timestamp] is the time in milliseconds since 1970; [2006], [01], [02], [15], [04], [05] and [999] are the year,
/// month, day, hour, minute, second and millisecond in `zone`. A path that ends neither in .flv nor in
/// .mp4 is a folder: `/[stream].[timestamp].flv` is added.
///
/// The names come from clients: an error when one of them would lead out of the place that the path gives it (a part
/// that is empty, `.` or `..`), or cannot be one of a file.
base::Result<std::string> makeRecordingPath(std::string_view pattern, const hooks::StreamKey& key, std::int64_t unixMs,
                                            base::TimeZone zone = base::TimeZone::Local);

/// `path` with `-NUMBER` before its ending; as it is for 0.
std::string numberedPath(const std::string& path, unsigned number);

} // namespace hookcast::outputs
