#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "base/LogGate.h"
#include "cluster/EventStore.h"
#include "config/Config.h"
#include "hooks/EventQueue.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// This node's end of the events of one webhook that all nodes share. What is pushed is kept here until the store has
/// it; then any node may tell it. A node that is asked for events holds the right to take them, which it renews for as
/// long as it takes, and gives up when its calls fail or it stops; that of a node which is not heard of for a lease is
/// void. Only one node holds it, so events are told in the order of the store.
///
/// What hooks::EventQueue has is for the threads that it says; round() is for one thread, which waits for the store.
class SharedEventQueue final : public hooks::EventQueue {
  public:
    /// Who takes part.
    struct Terms {
        std::string node;
        std::string run; ///< of this process, like no other one's
        std::int64_t leaseMs = 0;
    };

    /// As often as that, at least, the holder looks for what others have put in.
    static constexpr std::int64_t kHolderPollMs = 200;
    /// And the others, for whether they are needed.
    static constexpr std::int64_t kPollMs = 1000;
    /// Events that are put in at once.
    static constexpr std::size_t kMostAtOnce = 100;

    /// `wake` is called, on any thread and with nothing locked, when a round is worthwhile. What is given outlives it.
    SharedEventQueue(const config::WebhookConfig& webhook, Terms terms, const base::Clock& clock, base::Log& log,
                     std::function<void()> wake);

    bool push(std::uint64_t number, Event event) override;
    std::vector<Event> take(std::size_t most, std::function<void()> onReady) override;
    void confirm() override;
    void giveBack() override;
    void close() override;
    std::size_t clear() override;
    std::size_t heldHere() const override;
    void waitUntilSafe(std::chrono::steady_clock::time_point until) override;
    Figures figures() const override;

    /// Goes on, open, with this webhook's limit. Any thread.
    void setTerms(const config::WebhookConfig& webhook);

    /// Does what is due: puts in what waits here, takes out what has been told, renews, takes. A store that fails is
    /// asked again later.
    void round(EventStore& store);

    /// Whether nobody here takes, nor pushes any more. Any thread.
    bool isClosed() const;

    /// When the next one is due, by the clock.
    std::int64_t dueAtMs() const;

    /// Gives up the right, if it holds it. In place of a round, and the last.
    void leave(EventStore& store);

  private:
    /// What is taken goes through these, one after the other.
    enum class Batch : std::uint8_t { None, Here, OnItsWay };

    void addAll(EventStore& store);
    bool addSome(EventStore& store);
    bool isTurn() const;
    void takeTurn(EventStore& store);
    EventStore::Turn nextTurn();
    std::string deadBeat() const;
    void note(const EventStore::Standing& standing);
    void noteOutcome(const EventStore::Turn& turn, EventStore::TurnOutcome outcome, std::int64_t askedAtMs);
    void noteHolder(const EventStore::Turn& turn, const EventStore::TurnOutcome& outcome, std::int64_t askedAtMs);
    void keep(std::vector<EventStore::Entry> entries, std::uint64_t strange);
    void fail(const std::string& why);
    bool isRight() const { return isHolder_ && clock_.monotonicMs() < holdsUntilMs_; }
    std::uint64_t droppedNow() const;

    // given
    std::string webhook_; ///< of the store
    std::string shownUrl_;
    Terms terms_;
    std::string holderName_;
    const base::Clock& clock_;
    base::Log& log_;
    std::function<void()> wake_;
    // state, of the rounds
    base::LogGate dropGate_{10'000};
    base::LogGate strangeGate_{10'000};
    // state, any thread
    mutable std::mutex mutex_; ///< guards all below
    std::condition_variable changed_;
    std::uint32_t limit_;
    std::deque<EventStore::NumberedEvent> held_; ///< the store does not have them; those on their way there come first
    std::size_t beingAdded_ = 0;
    std::vector<EventStore::Entry> batch_;
    Batch batchIs_ = Batch::None;
    std::vector<EventStore::EntryName> told_; ///< the store does not know yet
    std::size_t wanted_ = 0;                  ///< how many events at once somebody here would take; 0: nobody
    std::function<void()> onReady_;
    bool isClosed_ = false;
    bool isUrgent_ = false;  ///< a turn is worthwhile before it is due
    bool isHolder_ = false;  ///< as of the last turn
    bool wasHolder_ = false; ///< nobody else has been since it was
    std::int64_t holdsUntilMs_ = 0;
    std::int64_t turnDueMs_ = 0;
    std::string watchedBeat_; ///< of another holder
    std::int64_t watchedSinceMs_ = 0;
    bool isFailing_ = false;
    std::int64_t retryAtMs_ = 0;
    EventStore::Standing standing_; ///< as of the last answer; no birth: there was none
    std::uint64_t posted_ = 0;
    std::uint64_t sent_ = 0;
    mutable std::uint64_t dropped_ = 0; ///< as shown last: it never falls
};

} // namespace hookcast::cluster
