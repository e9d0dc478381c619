#pragma once

#include "hooks/HookEvent.h"
#include "hub/Playback.h"
#include "net/SessionPort.h"
#include "visits/Caller.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::visits {

/// What has to happen before a client gets further.
enum class WaitsFor : std::uint8_t {
    Nothing,
    Client,     ///< itself: it has to say or do what is expected of it
    Verdict,    ///< the backends' answer to what it asks
    Turn,       ///< its turn to be asked about, as others want to publish the name, too
    Name,       ///< the end of the one whose name it takes over
    Stream,     ///< somebody who publishes what it wants to play
    FirstMedia, ///< a publisher's, or the first that a player can begin with
    Media,      ///< more of it, from a publisher
};

/// For the control interface and the log.
std::string_view nameOf(WaitsFor what);

/// What a visit waits for. A plain value, as it is set with each message of a publisher.
struct Waiting {
    WaitsFor what = WaitsFor::Nothing;
    hooks::HookAction hook = hooks::HookAction::Connect; ///< of a verdict
    std::int64_t sinceMs = 0;                            ///< of the loop's clock
    std::int64_t untilMs = 0;                            ///< 0: no deadline
    const char* otherwise = "";                          ///< why the session ends at the deadline, where it does
};

/// One client as it was a moment ago, admitted or not: for whoever asks from another loop.
struct ClientState {
    Caller caller;
    std::string id;    ///< see hooks::ClientInfo
    std::string vhost; ///< empty before the client says where it wants to
    Place place;
    std::optional<hooks::HookEvent> opening; ///< what it is admitted to
    std::string how;                         ///< the log's words behind the stream's name, e.g. `over UDP`
    std::string awaitedStream;               ///< that it waits for, while WaitsFor::Stream
    Waiting waiting;
    std::int64_t nowMs = 0; ///< of the same clock as the times before
    std::int64_t arrivedAtMs = 0;
    net::SessionPort::Traffic traffic{}; ///< in all, since it arrived
    bool isConnected = false;
    bool isSuspended = false; ///< what it says is not read until the verdict is there
    std::optional<hub::Playback::Standing> player;
};

} // namespace hookcast::visits
