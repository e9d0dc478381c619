#pragma once

#include "base/RateMeter.h"
#include "hooks/HookEvent.h"
#include "net/Loop.h"
#include "net/SessionPort.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::hooks {

/// How those outside of a session reach it. All are called on the session's loop, while it publishes or plays.
struct ClientPort {
    std::function<net::SessionPort::Traffic()> traffic;

    /// Ends the session, with its closing events, once the current call is over.
    std::function<void(const std::string& reason)> kick;

    /// The client is admitted from now on, or is not any more; empty where nobody counts.
    std::function<void(bool isAdmitted)> setAdmitted = {};

    /// Of a session that talks over `port`, which must outlive its tickets.
    static ClientPort of(net::SessionPort& port) {
        return {[&port] { return port.traffic(); }, [&port](const std::string& reason) { port.endLater(reason); },
                [&port](bool isAdmitted) { port.setAdmitted(isAdmitted); }};
    }
};

/// One who publishes or plays: what it was admitted to, and the way to its session. What is not const belongs to
/// `loop`.
struct AdmittedClient {
    AdmittedClient(HookEvent event, net::Loop& itsLoop, ClientPort itsPort)
        : opening(std::move(event)), loop(itsLoop), sinceMs(itsLoop.clock().monotonicMs()), port(std::move(itsPort)),
          before(port.traffic()), sentMeter(sinceMs, before.sentBytes), receivedMeter(sinceMs, before.receivedBytes) {}

    const HookEvent opening;
    net::Loop& loop;
    const std::int64_t sinceMs; ///< of the loop's clock
    const ClientPort port;
    const net::SessionPort::Traffic before; ///< of the connection, when this began
    base::RateMeter sentMeter;
    base::RateMeter receivedMeter;
    bool isThere = true; ///< false when it has ended: the port must not be used any more
};

using AdmittedClientPtr = std::shared_ptr<AdmittedClient>;

} // namespace hookcast::hooks
