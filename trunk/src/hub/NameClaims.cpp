#include "hub/NameClaims.h"

#include "base/IpAddress.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hub {

namespace {

constexpr const char* kTaken = "somebody publishes this stream already";
constexpr const char* kTooManyWait = "too many others want to publish this stream";

} // namespace

base::Result<void> NameClaims::enter(std::uint64_t id, const ClaimTerms& terms, const Occupant& occupant) {
    const Standing found = standing({terms.takeover, terms.claimant}, occupant);
    if (found == Standing::Taken) return base::Error{kTaken};
    if (found == Standing::Free)
        grant(id);
    else if (!enqueue(id, terms))
        return base::Error{kTooManyWait};
    return {};
}

bool NameClaims::isTaken(const Contender& contender, const Occupant& occupant) const {
    return standing(contender, occupant) == Standing::Taken;
}

bool NameClaims::Contender::mayReplace(const Occupant& occupant) const {
    using Policy = config::TakeoverConfig::Policy;
    if (occupant.claimant == Claimant::Pull) return true;
    if (claimant == Claimant::Pull) return occupant.claimant == Claimant::Capture;
    return takeover.policy == Policy::On || (takeover.policy == Policy::Stale && occupant.silentMs >= takeover.afterMs);
}

NameClaims::Standing NameClaims::standing(const Contender& contender, const Occupant& occupant) const {
    if (holder_ == 0) return Standing::Free;
    if (!occupant.publishes) return Standing::Contested;
    if (!contender.mayReplace(occupant)) return Standing::Taken;
    return successor_ == 0 ? Standing::Free : Standing::Contested;
}

/// Where there are too many, the newest of the address with the most gives way to one that has fewer.
bool NameClaims::enqueue(std::uint64_t id, const ClaimTerms& terms) {
    const std::string share = base::IpAddress::siteOf(terms.address);
    if (queue_.size() >= terms.queueLimit) {
        if (queue_.sizeOf(share) + 1 >= queue_.largestShare()) return false;
        dismiss(queue_.takeNewestOfLargest(), base::Error{kTooManyWait});
    }
    queue_.push(id, share, id, 0);
    waiters_.emplace(id, Waiter{{terms.takeover, terms.claimant}, {}, nullptr});
    return true;
}

std::optional<base::Result<void>> NameClaims::await(std::uint64_t id, const std::shared_ptr<Turn>& turn,
                                                    const Occupant& occupant) {
    if (holder_ == id || successor_ == id) return base::Result<void>();
    const auto waiter = waiters_.find(id);
    if (waiter == waiters_.end()) return base::Error{occupant.publishes ? kTaken : kTooManyWait};
    waiter->second.turn = turn;
    waiter->second.loop = &turn->loop();
    return std::nullopt;
}

bool NameClaims::claim(std::uint64_t id, const std::shared_ptr<Claim>& claim) {
    if (holder_ == id) return true;
    if (successor_ != id) throw std::logic_error("a name is taken by one whose turn it is not");
    claim_ = claim;
    claimLoop_ = &claim->loop;
    return false;
}

bool NameClaims::leave(std::uint64_t id) {
    if (holder_ != id) {
        if (successor_ == id) successor_ = 0;
        queue_.take(id);
        waiters_.erase(id);
        return false;
    }
    holder_ = std::exchange(successor_, 0);
    if (claim_.expired()) return true;
    claimLoop_->post([weak = std::exchange(claim_, {})] {
        if (const auto alive = weak.lock()) alive->fulfil();
    });
    return false;
}

void NameClaims::serve(const Occupant& occupant) {
    std::vector<std::uint64_t> late;
    for (const auto& [id, waiter] : waiters_)
        if (isTaken(waiter.contender, occupant)) late.push_back(id);
    for (const std::uint64_t id : late) dismiss(id, base::Error{kTaken});
    const bool isContested = holder_ != 0 && (!occupant.publishes || successor_ != 0);
    if (isContested || queue_.empty()) return;
    const std::uint64_t next = queue_.takeNext();
    grant(next);
    dismiss(next, {});
}

/// Ends the waiting of one, which hears of it on its loop. One that does not wait yet finds out in await().
void NameClaims::dismiss(std::uint64_t waiting, const base::Result<void>& turn) {
    queue_.take(waiting);
    const auto node = waiters_.extract(waiting);
    if (node.empty() || node.mapped().loop == nullptr) return;
    node.mapped().loop->post([weak = node.mapped().turn, turn] {
        if (const auto alive = weak.lock()) alive->come(turn);
    });
}

} // namespace hookcast::hub
