#include "hub/ClaimQueue.h"

#include <algorithm>
#include <iterator>

namespace hookcast::hub {

ClaimQueue::Id ClaimQueue::push(Id id, const std::string& address, std::size_t limit) {
    if (waiting_.size() < limit) {
        waiting_.push_back({id, address});
        ++shares_[address].waiting;
        return 0;
    }
    if (waiting_.empty()) return id;
    const Place heaviest = newestOfTheMany();
    const auto own = shares_.find(address);
    const std::size_t ownWaiting = own == shares_.end() ? 0 : own->second.waiting;
    if (ownWaiting + 1 >= shares_.at(heaviest->address).waiting) return id;
    const Id displaced = heaviest->id;
    erase(heaviest);
    waiting_.push_back({id, address});
    ++shares_[address].waiting;
    return displaced;
}

ClaimQueue::Id ClaimQueue::pop() {
    if (waiting_.empty()) return 0;
    const auto turnsOf = [this](const Waiting& one) { return shares_.at(one.address).turns; };
    const Place next = std::ranges::min_element(waiting_, {}, turnsOf);
    const Id id = next->id;
    ++shares_.at(next->address).turns;
    erase(next);
    return id;
}

void ClaimQueue::remove(Id id) {
    const Place found = std::ranges::find(waiting_, id, &Waiting::id);
    if (found != waiting_.end()) erase(found);
}

bool ClaimQueue::contains(Id id) const {
    return std::ranges::find(waiting_, id, &Waiting::id) != waiting_.end();
}

void ClaimQueue::erase(Place place) {
    --shares_.at(place->address).waiting;
    waiting_.erase(place);
    if (waiting_.empty()) {
        shares_.clear();
        return;
    }
    // Addresses that come and go must not be remembered without end.
    if (shares_.size() > 2 * waiting_.size())
        std::erase_if(shares_, [](const auto& share) { return share.second.waiting == 0; });
}

ClaimQueue::Place ClaimQueue::newestOfTheMany() {
    const auto most = std::ranges::max_element(shares_, {}, [](const auto& share) { return share.second.waiting; });
    const auto newest = std::ranges::find(waiting_.rbegin(), waiting_.rend(), most->first,
                                          [](const Waiting& one) { return one.address; });
    return std::prev(newest.base());
}

} // namespace hookcast::hub
