#pragma once

#include "api-server/Call.h"
#include "base/Clock.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::mock {

/// The newest calls, and the place where tests wait for the next one. Any thread.
class CallStore {
  public:
    struct Limits {
        std::size_t calls = 100'000;
        std::size_t bytes = 256UL * 1024 * 1024;
    };

    struct Page {
        std::vector<std::shared_ptr<const Call>> calls;
        std::uint64_t next = 0;      ///< the order after which to ask on
        std::uint64_t last = 0;      ///< the newest order ever given; 0 when none was
        std::uint64_t discarded = 0; ///< calls that were pushed out by newer ones, ever
    };

    /// `clock` must outlive the store. Past either limit the oldest calls are discarded, though never the newest one.
    CallStore(Limits limits, const base::Clock& clock);

    /// Gives the call its order (from 1, without gaps, rising with time) and its times, and wakes who waits for it.
    /// Returns the order.
    std::uint64_t add(Call call);

    /// The oldest calls with an order above `order`, at most `limit`. Where there is none: waits until one comes,
    /// `wait` has passed or close() is called. With a limit of 0 it does not wait.
    Page callsAfter(std::uint64_t order, std::size_t limit, std::chrono::milliseconds wait) const;

    /// Null: it has not been, or is no longer kept.
    std::shared_ptr<const Call> find(std::uint64_t order) const;

    /// Forgets the calls but not the order; who waits goes on waiting. Returns how many there were.
    std::size_t clear();

    /// Ends all waits, running or yet to come.
    void close();

  private:
    void discardOldest();
    std::uint64_t firstOf(const Call& call);

    // given
    const Limits limits_;
    const base::Clock& clock_;

    // state
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::deque<std::shared_ptr<const Call>> calls_;
    std::map<std::string, std::uint64_t> firstById_; ///< the order of the first kept call of an id, to a URL
    std::size_t storedBytes_ = 0;
    std::uint64_t lastOrder_ = 0;
    std::uint64_t discarded_ = 0;
    bool closed_ = false;
};

} // namespace hookcast::mock
