#pragma once

#include "app/ListenerKinds.h"
#include "control/Api.h"
#include "hls/Streams.h"
#include "net/ConnectionBudget.h"
#include "net/InheritedSockets.h"
#include "net/Loop.h"
#include "visits/Services.h"
#include "vod/Recordings.h"

#include <memory>
#include <span>

namespace hookcast::app {

/// What the protocols are made of; all of it outlives them. A value.
struct Wiring {
    const visits::Services& services;
    std::span<const std::unique_ptr<net::Loop>> loops;
    net::ConnectionBudget& budget;       ///< for the clients
    net::ConnectionBudget& apiBudget;    ///< for those who come to the addresses of http_api
    net::ConnectionBudget& viewerBudget; ///< for those who watch without a connection of their own
    control::Api& api;
    vod::Recordings& recordings;
    hls::Streams& hls;
    net::InheritedSockets& inherited; ///< what an earlier process listened on
    ListenerKinds& kinds;             ///< what is told of them
};

} // namespace hookcast::app
