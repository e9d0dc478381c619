#pragma once

#include "base/FairQueue.h"
#include "base/Result.h"
#include "config/VhostConfig.h"
#include "hub/Reservation.h"
#include "net/Loop.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace hookcast::hub {

/// Who has one stream's name, who is next, and who waits for a verdict on these, by address. Not safe by itself: the
/// registry's lock guards it. What it tells others, it posts.
class NameClaims {
  public:
    /// Whoever publishes under the name now.
    struct Occupant {
        bool publishes = false;
        Claimant claimant = Claimant::Publisher;
        std::int64_t silentMs = 0; ///< since its newest frame
    };

    /// Who claims it, and may replace whoever publishes where takeover lets it. A pull brings what is published on
    /// another server, so everybody may replace that; and it may itself replace a capture, which has moved there.
    struct Contender {
        config::TakeoverConfig takeover;
        Claimant claimant = Claimant::Publisher;

        bool mayReplace(const Occupant& occupant) const;
    };

    /// A new claim, as the reservation `id`: an error where the name is taken, or too many wait.
    base::Result<void> enter(std::uint64_t id, const ClaimTerms& terms, const Occupant& occupant);

    /// Whether enter() would fail because the name is taken.
    bool isTaken(const Contender& contender, const Occupant& occupant) const;

    /// The turn of `id`, if it has come or never will; else `turn` is told.
    std::optional<base::Result<void>> await(std::uint64_t id, const std::shared_ptr<Turn>& turn,
                                            const Occupant& occupant);

    /// Whether `id`, which the backends have admitted, has the name. If not, `claim` is told when it has. Throws
    /// std::logic_error when it is not its turn.
    bool claim(std::uint64_t id, const std::shared_ptr<Claim>& claim);

    /// The reservation `id` ends. True when the name is free, or another's who has no permission yet: nobody goes on at
    /// once.
    bool leave(std::uint64_t id);

    /// After each change: who publishes now sends away those who may not replace it, and a name that nobody is asked
    /// about is the next one's.
    void serve(const Occupant& occupant);

    bool belongsTo(std::uint64_t id) const { return holder_ == id; }
    bool isFree() const { return holder_ == 0; }

    /// One whom the backends have admitted waits for the name.
    bool hasSuccessor() const { return !claim_.expired(); }

  private:
    /// Who stands in the queue.
    struct Waiter {
        Contender contender;
        std::weak_ptr<Turn> turn; ///< from await() on; locked on its loop only
        net::Loop* loop = nullptr;
    };

    /// What a claim on the name finds.
    enum class Standing : std::uint8_t {
        Free,      ///< its backends may be asked
        Contested, ///< others are being asked about it
        Taken,     ///< somebody publishes it
    };

    Standing standing(const Contender& contender, const Occupant& occupant) const;
    void grant(std::uint64_t id) { (holder_ == 0 ? holder_ : successor_) = id; }
    bool enqueue(std::uint64_t id, const ClaimTerms& terms);
    void dismiss(std::uint64_t waiting, const base::Result<void>& turn);

    // state
    std::uint64_t holder_ = 0;    ///< the reservation that has the name; 0: it is free
    std::uint64_t successor_ = 0; ///< the one that is next; 0: none
    std::weak_ptr<Claim> claim_;  ///< the successor's, once the backends have admitted it; locked on its loop only
    net::Loop* claimLoop_ = nullptr;
    base::FairQueue<std::uint64_t> queue_; ///< those who wait for the verdict on these two, by address
    std::map<std::uint64_t, Waiter> waiters_;
};

} // namespace hookcast::hub
