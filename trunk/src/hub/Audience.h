#pragma once

#include "hooks/StreamKey.h"
#include "hub/StreamListener.h"

#include <cstdint>
#include <utility>

namespace hookcast::hub {

class StreamRegistry;

/// One who plays a stream without a playback: while it lives, it counts among the stream's players, and the stream is
/// wanted (see Demand). One thread at a time; the registry outlives it.
class Audience {
  public:
    Audience(Audience&& other) noexcept
        : registry_(std::exchange(other.registry_, nullptr)), key_(other.key_), figures_(other.figures_),
          sentBytes_(other.sentBytes_) {}
    Audience& operator=(Audience&&) = delete;
    ~Audience();

    /// What it has been sent, in all; counts in the stream's figures when it leaves.
    void setSent(std::uint64_t sentBytes) { sentBytes_ = sentBytes; }

  private:
    friend class StreamRegistry;
    Audience(StreamRegistry& registry, const hooks::StreamKey& key, StreamFigures& figures)
        : registry_(&registry), key_(&key), figures_(&figures) {
        figures_->players.fetch_add(1, std::memory_order_relaxed);
    }

    StreamRegistry* registry_;    ///< null: it has moved
    const hooks::StreamKey* key_; ///< the registry's, as are the figures: they stay while the stream is wanted
    StreamFigures* figures_;
    std::uint64_t sentBytes_ = 0;
};

} // namespace hookcast::hub
