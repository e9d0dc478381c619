#pragma once

#include "config/Config.h"

#include <string>
#include <vector>

namespace hookcast::inputs {

/// An ingest that ffmpeg has to do.
struct FfmpegIngest {
    std::string name; ///< for the log: `VHOST/ID`
    std::string program;
    std::vector<std::string> arguments;

    bool operator==(const FfmpegIngest&) const = default;
};

/// An engine's output with its variables replaced: [vhost], [port] (the first that RTMP is served at), [app], [stream]
/// and [engine].
std::string outputUrl(const config::Config& config, const config::VhostConfig& vhost,
                      const config::IngestConfig& ingest, const config::IngestEngineConfig& engine);

/// Of the vhost's ingests that are on, those outputs that are streams of this vhost on this server and whose packets
/// pass as they are: captures that are never given up, as SRS's ingester does not.
std::vector<config::CaptureConfig> passedThrough(const config::Config& config, const config::VhostConfig& vhost);

/// The other outputs, with ffmpeg's arguments as SRS makes them.
std::vector<FfmpegIngest> byFfmpeg(const config::Config& config, const config::VhostConfig& vhost);

} // namespace hookcast::inputs
