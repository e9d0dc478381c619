#pragma once

#include "config/Config.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace hookcast::net {

/// What a server listens on, by address. `Socket` owns a bound socket; how one is bound, begins and ends is the
/// server's to say. One thread at a time.
template <typename Socket>
class ListenerSet {
  public:
    /// Bound, and nobody is let in yet.
    using Bound = std::vector<std::pair<config::ListenAddress, Socket>>;

    /// Binds those of `addresses` that are not in the set by `bind(address)`, which returns a Socket. What it throws
    /// comes out, and then none of them is bound.
    template <typename Bind>
    Bound bindMissing(std::span<const config::ListenAddress> addresses, Bind bind) const {
        Bound bound;
        for (const config::ListenAddress& address : addresses) {
            const auto isIt = [&address](const auto& open) { return open.first.isSameSocket(address); };
            if (std::ranges::none_of(open_, isIt)) bound.emplace_back(address, bind(address));
        }
        return bound;
    }

    /// Takes `added` in, each after `begin(address, socket)`; then lets go of those that are not among `addresses`,
    /// each after `end(socket)`. New ones come first, so that there is always somewhere to go.
    template <typename Begin, typename End>
    void change(std::span<const config::ListenAddress> addresses, Bound added, Begin begin, End end) {
        for (auto& entry : added) {
            begin(entry.first, entry.second);
            open_.push_back(std::move(entry));
        }
        std::erase_if(open_, [addresses, &end](auto& open) {
            const auto isIt = [&open](const config::ListenAddress& one) { return open.first.isSameSocket(one); };
            if (std::ranges::any_of(addresses, isIt)) return false;
            end(open.second);
            return true;
        });
    }

    std::vector<config::ListenAddress> addresses() const {
        std::vector<config::ListenAddress> addresses;
        for (const auto& [address, socket] : open_) addresses.push_back(address);
        return addresses;
    }

    void clear() { open_.clear(); }

  private:
    Bound open_;
};

} // namespace hookcast::net
