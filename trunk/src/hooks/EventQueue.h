#pragma once

#include "config/Config.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// Where the events of one webhook wait until its backend has confirmed them. Events of this process keep their order.
class EventQueue {
  public:
    using Event = std::shared_ptr<const std::string>; ///< with its envelope, as JSON

    /// Since this process began, or what it found when it did.
    struct Figures {
        std::uint64_t posted = 0;  ///< sent, dropped and queued together
        std::uint64_t sent = 0;    ///< confirmed, whoever told the backend
        std::uint64_t dropped = 0; ///< pushed out, given up or lost
        std::uint64_t queued = 0;  ///< wait, or are on their way
    };

    virtual ~EventQueue() = default;

    /// Any thread. `number` rises with every call. Whether an older event had to make room.
    virtual bool push(std::uint64_t number, Event event) = 0;

    /// The oldest, `most` at most; they are on their way until confirm() or giveBack(). Empty: there are none, or
    /// those of an earlier call are on their way still; then `onReady` is called, once and on any thread, when it is
    /// worth asking again, unless somebody else asks before. One thread asks at a time.
    virtual std::vector<Event> take(std::size_t most, std::function<void()> onReady) = 0;

    /// What is on its way has been told.
    virtual void confirm() = 0;

    /// It has been told in vain, and is not wanted. Where several servers count together it counts as told.
    virtual void drop() { confirm(); }

    /// It has not, and is to be taken again.
    virtual void giveBack() = 0;

    /// Any thread. Nobody here takes any more; where others do, it is left to them.
    virtual void close() = 0;

    /// Any thread. Gives up what only this process has; how many events that is.
    virtual std::size_t clear() = 0;

    /// Any thread. How many events end with this process.
    virtual std::size_t heldHere() const = 0;

    /// Not on a loop. Waits until nothing ends with this process, nor is left that it is about to tell; no longer than
    /// `until`.
    virtual void waitUntilSafe(std::chrono::steady_clock::time_point until) = 0;

    /// Any thread.
    virtual Figures figures() const = 0;
};

/// Where events outlive this process: what several servers share, or this one's disk.
class EventJournal {
  public:
    virtual ~EventJournal() = default;

    /// The queue for this webhook's URL; while one is in use, it is that one, which goes on under the terms of
    /// `webhook`. `which`: of several blocks with this URL, from 0. Not on a loop.
    virtual std::shared_ptr<EventQueue> open(const config::WebhookConfig& webhook, std::size_t which) = 0;
};

} // namespace hookcast::hooks
