#pragma once

#include "hub/Services.h"
#include "rtmp/RtmpFormat.h"

namespace hookcast::rtmp {

/// What all RTMP sessions share; outlives them. Any thread.
struct ServerContext : hub::Services {
    RtmpFormats& formats;
};

} // namespace hookcast::rtmp
