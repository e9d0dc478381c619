#pragma once

#include "support/ChildProcess.h"

#include <string>
#include <vector>

namespace hookcast::integration {

/// gst-launch-1.0 with a pipeline.
ChildProcess::Command gstLaunch(const std::vector<std::string>& pipeline);

/// The pipeline of a player of H.264 and AAC, which it writes into these files. `properties` are rtspsrc's.
std::vector<std::string> gstPlayer(const std::vector<std::string>& properties, const std::string& videoFile,
                                   const std::string& audioFile);

/// The pipeline of a publisher of an FLV file with H.264 and AAC, as fast as they are. `properties` are
/// rtspclientsink's.
std::vector<std::string> gstPublisher(const std::vector<std::string>& properties, const std::string& clip);

} // namespace hookcast::integration
