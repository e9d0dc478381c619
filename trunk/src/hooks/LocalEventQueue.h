#pragma once

#include "hooks/EventQueue.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace hookcast::hooks {

/// In this process' memory. When it is full the oldest event that is not on its way makes room.
class LocalEventQueue final : public EventQueue {
  public:
    explicit LocalEventQueue(std::uint32_t limit) : limit_(limit) {}

    bool push(std::uint64_t number, Event event) override;
    std::vector<Event> take(std::size_t most, std::function<void()> onReady) override;
    void confirm() override;
    void drop() override;
    void giveBack() override;
    void close() override {}
    std::size_t clear() override;
    std::size_t heldHere() const override { return figures().queued; }
    void waitUntilSafe(std::chrono::steady_clock::time_point until) override;
    Figures figures() const override;

  private:
    std::size_t takeOut();

    // given
    std::uint32_t limit_;
    // state
    mutable std::mutex mutex_; ///< guards all below
    std::condition_variable emptied_;
    std::deque<Event> queue_; ///< what is on its way stands first
    std::size_t onTheirWay_ = 0;
    std::function<void()> onReady_;
    Figures figures_;
};

} // namespace hookcast::hooks
