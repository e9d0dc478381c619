#pragma once

#include "hub/WireFormat.h"
#include "rtp/SdpWriter.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// A live stream as DESCRIBE tells it.
struct Description {
    std::string name;                            ///< of the session
    std::vector<std::size_t> tracks;             ///< which of the stream's tracks `trackID=0`, `trackID=1`, ... are
    std::vector<rtp::TrackDescription> sections; ///< of each of them
    std::string leftOut;                         ///< the others that have come, and why, for the log; empty: none
};

/// Without tracks when RTP can carry none of the stream. `name` is the session's name in the SDP.
Description describeStream(const hub::StreamHeaders& headers, const std::string& name);

/// Its SDP. `keyLines`: about the keys of its tracks, which are of SRTP then; empty: they are not.
std::string writeDescription(Description description, std::span<const std::string> keyLines);

/// Whether all tracks are known that the stream's metadata announces. Without metadata, those that are known are all.
bool isComplete(const hub::StreamHeaders& headers);

} // namespace hookcast::rtsp
