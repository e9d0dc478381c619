#pragma once

#include "rtsp/RtspFormat.h"
#include "rtsp/UdpPorts.h"
#include "visits/Services.h"

namespace hookcast::rtsp {

/// What all RTSP sessions share; outlives them. Any thread.
struct ServerContext : visits::Services {
    const RtspFormat& format;
    UdpPorts& udpPorts;
};

} // namespace hookcast::rtsp
