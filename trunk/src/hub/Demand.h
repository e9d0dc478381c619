#pragma once

#include "hooks/StreamKey.h"

namespace hookcast::hub {

/// Learns which streams somebody wants to play, whether or not somebody publishes them: where those are fetched that
/// are elsewhere. Called with the registry's lock held, on any thread, so that what it learns last is true: it may only
/// post.
class Demand {
  public:
    virtual ~Demand() = default;

    /// The first player of `key` has come, or waits for it.
    virtual void onWanted(const hooks::StreamKey& key) = 0;

    /// The last one has gone.
    virtual void onUnwanted(const hooks::StreamKey& key) = 0;
};

} // namespace hookcast::hub
