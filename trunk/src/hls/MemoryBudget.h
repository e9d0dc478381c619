#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "config/CurrentConfig.h"
#include "hls/SegmentWindow.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

namespace hookcast::hls {

/// How much memory the segments of all streams take, limits.hls_memory at most: beyond that, the stream that has most,
/// of those that have more than one in memory, loses its oldest one. Any thread; outlives its shares.
class MemoryBudget {
  public:
    /// One stream's part of it. `window` outlives it.
    class Share final : public WindowListener {
      public:
        Share(MemoryBudget& budget, SegmentWindow& window);
        ~Share() override;
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        // WindowListener
        void onChange(const WindowViewPtr& /*view*/) override { budget_.note(*this); }

      private:
        friend class MemoryBudget;

        // given
        MemoryBudget& budget_;
        SegmentWindow& window_;
        // state
        std::uint64_t sizeBytes_ = 0; ///< as the budget knows it; under its lock, as the next
        bool mayLose_ = false;        ///< it has changed since it had none to lose
    };

    /// The others outlive this.
    MemoryBudget(base::Log& log, const config::CurrentConfig& config) : log_(log), config_(config) {}

    std::uint64_t sizeBytes() const { return sizeBytes_; }

    /// Segments that went before their time.
    std::uint64_t dropped() const { return dropped_; }

  private:
    void note(Share& share);
    bool tryToDrop();

    // given
    base::Log& log_;
    const config::CurrentConfig& config_;
    // state
    base::SystemClock clock_;
    std::atomic<std::uint64_t> sizeBytes_{0};
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_; ///< guards the shares
    std::set<Share*> shares_;
};

} // namespace hookcast::hls
