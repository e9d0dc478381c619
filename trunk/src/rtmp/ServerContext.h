#pragma once

#include "rtmp/RtmpFormat.h"
#include "visits/Services.h"

namespace hookcast::rtmp {

/// What all RTMP sessions share; outlives them. Any thread.
struct ServerContext : visits::Services {
    RtmpFormats& formats;
};

} // namespace hookcast::rtmp
