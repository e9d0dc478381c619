#pragma once

#include "base/ChildProcess.h"
#include "base/Result.h"
#include "hub/StreamListener.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::outputs {

/// A program of vhost.exec for one publication, from the words of its `publish` line: the program first, which is taken
/// as it is. In the others variables are replaced: those of files' names (NameVariables.h) and [port], [url], [tcUrl],
/// [swfUrl], [pageUrl] and [engine], of which the second is the stream's on this server and those RTMP does not know
/// are empty. `>FILE` or `1>FILE` is where its output goes, `2>FILE` where its errors go; only files' variables are
/// replaced there. What of them clients have a say in is also in the environment (config::kExecVariables).
///
/// What is put in comes from clients. A word stays one argument, whatever is put in; and it is an error when the
/// stream's name could not be a file's, when a word becomes an option that it was not, or would be cut short. Where
/// `rtmpPort` is 0, RTMP is not served, and a word that wants [port] or [url] is an error too.
base::Result<base::Command> planExec(const std::vector<std::string>& words, const hub::PublishedStream& stream,
                                     std::uint16_t rtmpPort, std::int64_t unixMs);

} // namespace hookcast::outputs
