#pragma once

#include "base/RateMeter.h"
#include "hooks/HookEvent.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <memory>
#include <utility>

namespace hookcast::visits {

/// One who publishes or plays: what it was admitted to, and the way to its session. What is not const belongs to
/// `loop`.
struct AdmittedClient {
    AdmittedClient(hooks::HookEvent event, net::Loop& itsLoop, Visitor& itsVisitor)
        : opening(std::move(event)), loop(itsLoop), sinceMs(itsLoop.clock().monotonicMs()), visitor(itsVisitor),
          before(itsVisitor.traffic()), sentMeter(sinceMs, before.sentBytes),
          receivedMeter(sinceMs, before.receivedBytes) {}

    const hooks::HookEvent opening;
    net::Loop& loop;
    const std::int64_t sinceMs;             ///< of the loop's clock
    Visitor& visitor;                       ///< while isThere
    const net::SessionPort::Traffic before; ///< of the visitor, when this began
    base::RateMeter sentMeter;
    base::RateMeter receivedMeter;
    bool isThere = true;   ///< false when it has ended
    bool isSummed = false; ///< its traffic is in the totals of those that have left; the book's
};

using AdmittedClientPtr = std::shared_ptr<AdmittedClient>;

} // namespace hookcast::visits
