#pragma once

#include "hooks/StreamKey.h"
#include "hub/StreamListener.h"

#include <cstdint>
#include <memory>
#include <utility>

namespace hookcast::hub {

class StreamRegistry;

/// One who plays a stream without a playback: while it lives, it counts among the stream's players, and the stream is
/// wanted (see Demand). One thread at a time.
class Audience {
  public:
    ~Audience();
    Audience(const Audience&) = delete;
    Audience& operator=(const Audience&) = delete;

    /// What it has been sent, in all; counts in the stream's figures when it leaves.
    void setSent(std::uint64_t sentBytes) { sentBytes_ = sentBytes; }

  private:
    friend class StreamRegistry;
    Audience(StreamRegistry& registry, hooks::StreamKey key, std::shared_ptr<StreamFigures> figures)
        : registry_(registry), key_(std::move(key)), figures_(std::move(figures)) {
        figures_->players.fetch_add(1, std::memory_order_relaxed);
    }

    // given
    StreamRegistry& registry_;
    hooks::StreamKey key_;
    std::shared_ptr<StreamFigures> figures_;
    // state
    std::uint64_t sentBytes_ = 0;
};

} // namespace hookcast::hub
