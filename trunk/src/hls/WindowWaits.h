#pragma once

#include "hls/SegmentWindow.h"
#include "net/Loop.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace hookcast::hls {

/// Somebody who waits for what becomes of a window. On the loop that it has joined by.
class WindowWaiter {
  public:
    virtual ~WindowWaiter() = default;

    /// It is this now. Anybody may join and leave in it.
    virtual void onWindow(const WindowViewPtr& view) = 0;
};

/// All who wait for what becomes of one window, whatever their number: each loop gets one post per change. Any thread;
/// outlives its waiters.
class WindowWaits final : public WindowListener {
  public:
    /// On `loop`. Who joins looks at the window once more, as it may have changed meanwhile.
    void join(net::Loop& loop, WindowWaiter& waiter);

    /// Likewise. Nothing where it has not joined.
    void leave(net::Loop& loop, WindowWaiter& waiter);

    // WindowListener
    void onChange(const WindowViewPtr& view) override;

  private:
    /// Those of one loop.
    struct Room {
        explicit Room(net::Loop& itsLoop) : loop(itsLoop) {}

        net::Loop& loop;
        std::atomic<std::size_t> count{0};
        std::vector<WindowWaiter*> waiters; ///< the loop's; null: left while others are told
        bool isTelling = false;             ///< likewise
    };

    std::shared_ptr<Room> roomOf(net::Loop& loop);
    static void tell(Room& room, const WindowViewPtr& view);

    // state
    std::mutex mutex_; ///< guards the map
    std::map<net::Loop*, std::shared_ptr<Room>> rooms_;
};

} // namespace hookcast::hls
