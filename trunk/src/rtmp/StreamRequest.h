#pragma once

#include "base/Result.h"
#include "config/ClientRules.h"
#include "hooks/HookEvent.h"
#include "hub/StreamName.h"
#include "hub/StreamRegistry.h"
#include "rtmp/Command.h"
#include "visits/Caller.h"

#include <string>
#include <string_view>

namespace hookcast::rtmp {

/// The stream that a publish, play or FCUnpublish names, by one who is connected to `place`. An error: none, or a name
/// that hub::parseStreamTarget() does not take. A pull's is the name itself, and nothing in it means more.
base::Result<hub::StreamTarget> readStreamRequest(const Command& command, const visits::Place& place);

/// What the backends are asked about, for a client that is connected to `place`.
visits::Wish wishFor(const hub::StreamTarget& target, const visits::Place& place);

/// Whether `target` is what the client has asked for by `opening`, a Publish or Play.
bool isAskedFor(const hooks::HookEvent& opening, const hub::StreamTarget& target);

/// Of the names that a player may mean, the first that somebody publishes on `vhost`; the one that it says where nobody
/// does.
hub::StreamTarget meantByPlayer(hub::StreamTarget target, std::string_view vhost, const hub::StreamRegistry& streams);

/// The stream that a publish or play names, on a connection to `place` of `vhost`, for the log: vhost/app/stream. Empty
/// where it names none.
std::string shownStream(const Command& command, std::string_view vhost, const visits::Place& place);

/// Status code for a client that may not.
const char* denialCode(config::StreamUse use);

hooks::HookAction actionOf(config::StreamUse use);

inline constexpr const char* kPublishBadName = "NetStream.Publish.BadName";

} // namespace hookcast::rtmp
