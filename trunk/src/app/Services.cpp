#include "app/Services.h"

#include "app/HttpServices.h"
#include "app/SrtService.h"
#include "app/TcpService.h"
#include "config/TcpSockets.h"
#include "rtmp/RtmpFormat.h"
#include "rtmp/ServerContext.h"
#include "rtmp/Session.h"
#include "rtsp/ServerContext.h"
#include "rtsp/Session.h"
#include "srtp/Library.h"

namespace hookcast::app {

namespace {

struct RtmpParts {
    explicit RtmpParts(const Wiring& wiring) : context{wiring.services, formats} {}

    rtmp::RtmpFormats formats;
    rtmp::ServerContext context;
};

struct RtspParts {
    explicit RtspParts(const Wiring& wiring)
        : format(wiring.loops.front()->clock()),
          ports(wiring.services.config.get()->rtsp.rtpPortMin, wiring.services.config.get()->rtsp.rtpPortMax),
          context{wiring.services, format, ports} {
        if (wiring.services.config.get()->rtsp.rtsps.enabled) srtp::prepare();
    }

    rtsp::RtspFormat format;
    rtsp::UdpPorts ports;
    rtsp::ServerContext context;
};

const config::TlsServerConfig& rtmps(const config::Config& config) {
    return config.rtmps;
}

const config::TlsServerConfig& rtsps(const config::Config& config) {
    return config.rtsp.rtsps;
}

} // namespace

std::vector<std::unique_ptr<Service>> makeServices(const Wiring& wiring) {
    using Rtmp = TcpService<rtmp::Session, RtmpParts>;
    using Rtsp = TcpService<rtsp::Session, RtspParts>;
    std::vector<std::unique_ptr<Service>> services;
    services.push_back(std::make_unique<Rtmp>(
        Rtmp::Speech{"RTMP", config::rtmpSockets, &ListenerKinds::rtmp, rtmps, {}}, wiring, wiring.budget));
    services.push_back(std::make_unique<Rtsp>(
        Rtsp::Speech{"RTSP", config::rtspSockets, &ListenerKinds::rtsp, rtsps, {}}, wiring, wiring.budget));
    services.push_back(std::make_unique<HttpService>(wiring));
    services.push_back(std::make_unique<ApiService>(wiring));
    services.push_back(std::make_unique<SrtService>(wiring));
    return services;
}

} // namespace hookcast::app
