#pragma once

#include "control/ApiContext.h"
#include "http/Http2Figures.h"
#include "net/CurrentTls.h"

#include <string>
#include <vector>

namespace hookcast::app {

/// Of one kind of listener, what the control interface tells of beside its sessions.
struct ListenerKind {
    std::string name; ///< as the figures call it
    net::CurrentTls tls;
    http::Http2Figures http2; ///< nothing, where it is none of HTTP
};

/// All kinds that may speak TLS. They are there before the control interface, and outlive the listeners.
struct ListenerKinds {
    ListenerKind rtmp{"rtmp", {}, {}};
    ListenerKind rtsp{"rtsp", {}, {}};
    ListenerKind http{"http", {}, {}};
    ListenerKind api{"api", {}, {}}; ///< http_api's own addresses

    std::vector<control::ListenerView> views() const {
        return {{rtmp.name, rtmp.tls, nullptr},
                {rtsp.name, rtsp.tls, nullptr},
                {http.name, http.tls, &http.http2},
                {api.name, api.tls, &api.http2}};
    }
};

} // namespace hookcast::app
