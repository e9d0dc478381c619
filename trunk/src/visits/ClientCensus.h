#pragma once

#include "hooks/HookEvent.h"
#include "visits/ClientBook.h"
#include "visits/ClientState.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace hookcast::visits {

/// One who publishes or plays, as it was a moment ago.
struct ClientFigures {
    AdmittedClientPtr client; ///< of it, what is const
    std::int64_t aliveMs = 0;
    std::uint64_t sentBytes = 0; ///< since it publishes or plays
    std::uint64_t receivedBytes = 0;
    double sentPerSecond = 0; ///< bytes, over the last 30 s
    double receivedPerSecond = 0;

    const hooks::HookEvent& opening() const { return client->opening; }
    bool publishes() const { return opening().action() == hooks::HookAction::Publish; }
};

/// Asks each of `clients` for its figures on its own loop and hands all of them over, in the order of `clients`,
/// without those that have left meanwhile. `onDone` is called once, on one of the loops, or on this thread when there
/// is nobody. Any thread.
void takeCensus(const std::vector<AdmittedClientPtr>& clients, std::function<void(std::vector<ClientFigures>)> onDone);

/// Asks one client, on its own loop, what goes on with it. `onDone` is called once, there, or on this thread where
/// `guest` is null; with nothing when the client has left. Any thread.
void lookAt(const GuestPtr& guest, std::function<void(std::optional<ClientState>)> onDone);

} // namespace hookcast::visits
