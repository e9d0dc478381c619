#pragma once

#include "config/CurrentConfig.h"
#include "hooks/HookContext.h"
#include "hooks/HookTarget.h"
#include "hooks/Spool.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// Tells what could not be told at once, for as long as the spool keeps it: event by event out of the spool, so that
/// memory holds a few of them, however many are owed. A URL that fails is tried again after 1 s, then more and more
/// rarely, by one call at a time; once it has taken one it gets all of its events, several at a time. Of one client the
/// older event comes first. An event that alone fails goes behind the others of its URL.
///
/// Belongs to its loop; what is for any thread says so.
class Courier : public std::enable_shared_from_this<Courier> {
  public:
    static constexpr std::int64_t kFirstRetryMs = 1000;
    static constexpr std::size_t kAtOnce = 16; ///< calls of one URL that takes what it is told

    /// Everything given outlives it.
    Courier(HookContext& context, Spool& spool, net::Loop& loop, const config::CurrentConfig& config)
        : context_(context), spool_(spool), loop_(loop), config_(config), look_(loop) {}

    /// Any thread. Tells what an earlier life owes, and what has been left to the spool since.
    void lookForWork();

    /// Any thread. `event` is the courier's from its target `next` on; until that has been told, its client owes.
    void take(SpoolNumber number, std::uint32_t next, const HookTarget& target, const HookEvent& event);

    /// Any thread. Whether something about this client has still to be told, by its id.
    bool owes(const std::string& client) const;

    /// Any thread. `then` is called when nothing has, on any thread.
    void whenSettled(const std::string& client, std::function<void()> then);

  private:
    /// One that has something coming.
    struct Route {
        explicit Route(net::Loop& loop) : retry(loop) {}
        net::Timer retry;
        std::set<SpoolNumber> inFlight;
        std::set<SpoolNumber> stale; ///< have come back since the spool was asked: it may say they are owed as before
        std::uint32_t failuresInARow = 0;
        std::int64_t notBeforeMs = 0; ///< as the backend has asked
        bool isReading = false;
        bool hasMore = false; ///< something has come since it was read
    };
    struct Debt {
        std::size_t events = 0;
        std::vector<std::function<void()>> waiting;
    };

    using Counts = std::map<std::string, std::size_t>;

    std::uint64_t takenSoFar() const;
    void wake(const std::string& url);
    void readNext(const std::string& url);
    void onOwed(const std::string& url, const std::vector<OwedEvent>& events, std::size_t most);
    void lookElsewhere();
    void tell(const std::string& url, const OwedEvent& owed);
    void onResponse(const std::string& url, const OwedEvent& owed, const HookTarget& target,
                    const HookResponse& response);
    void goOn(const OwedEvent& owed);
    void failed(const std::string& url, const OwedEvent& owed, const HookResponse& response);
    void settle(const OwedEvent& owed, bool isTold);
    void retryLater(const std::string& url);
    void endDebt(const std::string& client);
    void forgetDebts(std::uint64_t taken);
    std::size_t room(const Route& route) const;
    static void land(Route& route, SpoolNumber number);

    // given
    HookContext& context_;
    Spool& spool_;
    net::Loop& loop_;
    const config::CurrentConfig& config_;
    // owned
    net::Timer look_; ///< for what nobody has woken
    // state, on the loop
    std::map<std::string, std::unique_ptr<Route>> routes_; ///< by URL
    std::size_t settled_ = 0; ///< since who has nothing coming was asked whether he has now
    std::mt19937 random_{std::random_device()()};
    // state, any thread
    mutable std::mutex mutex_;                       ///< guards all below
    std::map<std::string, Debt, std::less<>> debts_; ///< of clients of this life, by id
    std::uint64_t taken_ = 0;
};

} // namespace hookcast::hooks
