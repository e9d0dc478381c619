#pragma once

#include "base/Result.h"
#include "hub/StreamName.h"
#include "hub/StreamRegistry.h"
#include "rtmp/Command.h"
#include "visits/Caller.h"

#include <string_view>

namespace hookcast::rtmp {

/// The stream that a publish, play or FCUnpublish names, on a connection to `app`. An error: none, or a name that
/// hub::parseStreamTarget() does not take.
base::Result<hub::StreamTarget> readStreamRequest(const Command& command, std::string_view app);

/// What the backends are asked about, for a client that is connected to `place`.
visits::Wish wishFor(const hub::StreamTarget& target, const visits::Place& place);

/// Of the names that a player may mean, the first that somebody publishes on `vhost`; the one that it says where nobody
/// does.
hub::StreamTarget meantByPlayer(hub::StreamTarget target, std::string_view vhost, const hub::StreamRegistry& streams);

} // namespace hookcast::rtmp
