#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>

namespace hookcast::hub {

/// Who waits to be asked about a name that others are being asked about, served fairly by address: an address that has
/// had fewer turns comes first, and where there are too many, one of the address with the most gives way. Guarded by
/// its owner.
class ClaimQueue {
  public:
    using Id = std::uint64_t; ///< of a reservation; never 0

    /// Lets `id` wait. At most `limit` may: the one that has no place is returned, `id` itself or the newest of the
    /// address with the most; 0: there is room.
    Id push(Id id, const std::string& address, std::size_t limit);

    /// The next one, whose turn it is; 0 when nobody waits.
    Id pop();

    /// It does not wait any more, if it did.
    void remove(Id id);

    bool contains(Id id) const;
    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }

  private:
    struct Waiting {
        Id id;
        std::string address;
    };
    struct Share {
        std::size_t waiting = 0;
        std::size_t turns = 0; ///< since nobody waited
    };

    using Place = std::list<Waiting>::iterator;
    void erase(Place place);
    Place newestOfTheMany();

    std::list<Waiting> waiting_; ///< in the order of their coming
    std::map<std::string, Share> shares_;
};

} // namespace hookcast::hub
