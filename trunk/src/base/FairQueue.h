#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookcast::base {

/// What waits, taken in turn: one of each share, and the oldest of a share first. However many one share has here,
/// another's first one waits for no more than one of each. Everything costs O(log n). Guarded by its owner.
template <typename Item>
class FairQueue {
  public:
    using Id = std::uint64_t; ///< unique while it waits

    void push(Id id, const std::string& share, Item item, std::int64_t nowMs) {
        const auto [entry, isNew] = shares_.try_emplace(share);
        Share& own = entry->second;
        if (isNew) own.turn = turns_.insert(turns_.end(), entry);
        if (!isNew) sizes_.erase({own.waiting.size(), &own});
        own.waiting.push_back({id, std::move(item), nowMs});
        sizes_.insert({own.waiting.size(), &own});
        places_.emplace(id, Place{entry, std::prev(own.waiting.end())});
    }

    bool empty() const { return places_.empty(); }
    std::size_t size() const { return places_.size(); }

    std::size_t sizeOf(const std::string& share) const {
        const auto found = shares_.find(share);
        return found == shares_.end() ? 0 : found->second.waiting.size();
    }

    std::size_t largestShare() const { return sizes_.empty() ? 0 : sizes_.rbegin()->first; }

    /// Since when the one that comes next waits. Not when empty.
    std::int64_t nextSinceMs() const { return turns_.front()->second.waiting.front().sinceMs; }

    /// Not when empty.
    Item takeNext() {
        const ShareEntry share = turns_.front();
        turns_.splice(turns_.end(), turns_, turns_.begin());
        return take({share, share->second.waiting.begin()});
    }

    /// The newest of the share that has the most. Not when empty.
    Item takeNewestOfLargest() {
        Share* largest = sizes_.rbegin()->second;
        return take(places_.at(largest->waiting.back().id));
    }

    /// Nothing when it is not here.
    std::optional<Item> take(Id id) {
        const auto found = places_.find(id);
        if (found == places_.end()) return std::nullopt;
        return take(found->second);
    }

    std::vector<Item> takeAll() {
        std::vector<Item> items;
        while (!empty()) items.push_back(takeNext());
        return items;
    }

  private:
    struct Waiting {
        Id id;
        Item item;
        std::int64_t sinceMs;
    };
    struct Share;
    using ShareEntry = typename std::map<std::string, Share>::iterator;
    struct Share {
        std::list<Waiting> waiting; ///< the oldest first; never empty between two calls of the queue
        typename std::list<ShareEntry>::iterator turn;
    };
    struct Place {
        ShareEntry share;
        typename std::list<Waiting>::iterator waiting;
    };

    Item take(Place place) {
        Share& share = place.share->second;
        sizes_.erase({share.waiting.size(), &share});
        Item item = std::move(place.waiting->item);
        places_.erase(place.waiting->id);
        share.waiting.erase(place.waiting);
        if (share.waiting.empty()) {
            turns_.erase(share.turn);
            shares_.erase(place.share);
        } else {
            sizes_.insert({share.waiting.size(), &share});
        }
        return item;
    }

    std::map<std::string, Share> shares_;
    std::list<ShareEntry> turns_; ///< whose turn is next first
    std::set<std::pair<std::size_t, Share*>> sizes_;
    std::unordered_map<Id, Place> places_;
};

} // namespace hookcast::base
