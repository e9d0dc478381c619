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
    struct Meters {
        base::RateMeter sent;
        base::RateMeter received;
    };

    AdmittedClient(std::shared_ptr<const hooks::HookEvent> itsEvent, net::Loop& itsLoop, Visitor& itsVisitor)
        : event(std::move(itsEvent)), opening(*event), loop(itsLoop), sinceMs(itsLoop.clock().monotonicMs()),
          visitor(itsVisitor), before(itsVisitor.traffic()) {}

    const std::shared_ptr<const hooks::HookEvent> event; ///< its ticket's
    const hooks::HookEvent& opening;
    net::Loop& loop;
    const std::int64_t sinceMs;             ///< of the loop's clock
    Visitor& visitor;                       ///< while isThere
    const net::SessionPort::Traffic before; ///< of the visitor, when this began
    std::unique_ptr<Meters> meters;         ///< from the first census on: most are never asked
    bool isThere = true;                    ///< false when it has ended
    bool isSummed = false;                  ///< its traffic is in the totals of those that have left; the book's
};

using AdmittedClientPtr = std::shared_ptr<AdmittedClient>;

} // namespace hookcast::visits
