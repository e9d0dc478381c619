#pragma once

#include "api-server/EventBatch.h"
#include "base/Clock.h"
#include "base/Result.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace hookcast::mock {

/// An event that was taken. Never changed once the EventStore has it.
struct StoredEvent {
    std::uint64_t order = 0; ///< given by the EventStore
    std::int64_t monotonicMs = 0;
    std::string target; ///< the path and query that it was posted to
    BatchedEvent event;
};

/// The newest events, and the place where tests wait for the next ones. Any thread.
class EventStore {
  public:
    struct Limits {
        std::size_t events = 100'000;
        std::size_t bytes = 256UL * 1024 * 1024;
    };

    /// Which events are asked for.
    struct Wanted {
        std::uint64_t after = 0; ///< those with a higher order
        std::size_t limit = static_cast<std::size_t>(-1);
        std::size_t count = 1;  ///< wait for so many
        std::string name = "*"; ///< pattern with `*` and `?`
    };

    struct Page {
        std::vector<std::shared_ptr<const StoredEvent>> events;
        std::uint64_t next = 0;      ///< the order after which to ask on
        std::uint64_t last = 0;      ///< the newest order ever given; 0 when none was
        std::uint64_t discarded = 0; ///< events that were pushed out by newer ones, ever
        std::uint64_t repeated = 0;  ///< events that came again and are not listed twice, ever
    };

    /// `clock` must outlive the store. Past either limit the oldest events are discarded.
    EventStore(Limits limits, const base::Clock& clock) : limits_(limits), clock_(clock) {}

    /// Whether the batch goes on where its sender (server, process and target) had come to. Events of the batch that
    /// was taken last may come again: the sender does not know that we have them.
    base::Result<void> check(const std::string& target, const EventBatch& batch) const;

    /// Takes what is new in the batch, in order.
    void add(const std::string& target, const EventBatch& batch);

    /// Those that are wanted, the oldest first. Waits until there are `count`, `wait` has passed or close() is called;
    /// with a limit of 0 it does not wait.
    Page events(const Wanted& wanted, std::chrono::milliseconds wait) const;

    /// Forgets the events, but neither the order nor what the senders had come to. Returns how many there were.
    std::size_t clear();

    /// Ends all waits, running or yet to come.
    void close();

  private:
    struct Sender {
        std::uint64_t lastSeq = 0;
        std::set<std::uint64_t> lastBatch;
    };

    static std::string senderOf(const std::string& target, const BatchedEvent& event);
    std::size_t countMatching(const Wanted& wanted) const;
    void discardOldest();

    // given
    const Limits limits_;
    const base::Clock& clock_;

    // state
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::deque<std::shared_ptr<const StoredEvent>> events_;
    std::map<std::string, Sender> senders_;
    std::size_t storedBytes_ = 0;
    std::uint64_t lastOrder_ = 0;
    std::uint64_t discarded_ = 0;
    std::uint64_t repeated_ = 0;
    bool closed_ = false;
};

/// `{"events":[...],"next":N,"last":N,"discarded":N,"repeated":N}`
void writeJson(std::ostream& out, const EventStore::Page& page);

} // namespace hookcast::mock
