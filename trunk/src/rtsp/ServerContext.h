#pragma once

#include "hub/Services.h"
#include "rtsp/RtspFormat.h"
#include "rtsp/UdpPorts.h"

namespace hookcast::rtsp {

/// What all RTSP sessions share; outlives them. Any thread.
struct ServerContext : hub::Services {
    const RtspFormat& format;
    UdpPorts& udpPorts;
};

} // namespace hookcast::rtsp
