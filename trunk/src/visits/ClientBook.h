#pragma once

#include "visits/AdmittedClient.h"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::visits {

class Visit;

/// Who is here, admitted or not, and the way to him. What is not const belongs to `loop`.
struct Guest {
    const std::shared_ptr<const hooks::ClientIdentity> who;
    net::Loop& loop;
    const Visit* visit; ///< null when it has ended
};

using GuestPtr = std::shared_ptr<Guest>;

/// What clients have been sent and have sent, in bytes, by protocol in the order of config::kProtocols.
using TrafficTotals = std::array<net::SessionPort::Traffic, config::kProtocols.size()>;

struct ClientFigures;

/// Who publishes or plays now, of all protocols: entered when the backends have said yes, gone when that has ended; and
/// who is here at all. Any thread; outlives every visit.
class ClientBook {
  public:
    /// Lives in a visit; its death is the end of the stay. The visit's loop only.
    class Stay {
      public:
        Stay(ClientBook& book, GuestPtr guest) : book_(book), guest_(std::move(guest)) {}
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;
        ~Stay();

      private:
        ClientBook& book_;
        GuestPtr guest_;
    };

    /// On the guest's loop.
    [[nodiscard]] Stay arrive(GuestPtr guest);

    /// Lives in a visit; its death is the end of the entry. The visit's loop only.
    class Listing {
      public:
        Listing() = default;
        Listing(ClientBook& book, AdmittedClientPtr client) : book_(&book), client_(std::move(client)) {}
        Listing(Listing&& other) noexcept
            : book_(std::exchange(other.book_, nullptr)), client_(std::move(other.client_)) {}
        Listing& operator=(Listing&& other) noexcept;
        ~Listing() { remove(); }

        /// What it is of; not after a move.
        const AdmittedClient& client() const { return *client_; }

      private:
        void remove();

        ClientBook* book_ = nullptr;
        AdmittedClientPtr client_;
    };

    /// On the client's loop.
    [[nodiscard]] Listing enter(AdmittedClientPtr client);

    /// In the order of their numbers.
    std::vector<AdmittedClientPtr> all() const;

    std::size_t size() const;

    /// Of all who have published or played since the start, while they did: those who have left, and `present`, as a
    /// census has just found them.
    TrafficTotals totals(const std::vector<ClientFigures>& present) const;

    /// By ClientInfo's number in digits, its id, or its name in the log; null when there is none.
    AdmittedClientPtr find(const std::string& id) const;

    /// The same among all who are here.
    GuestPtr findGuest(const std::string& id) const;

    /// Ends its session soon. Any thread.
    static void kick(const AdmittedClientPtr& client, const std::string& reason);

  private:
    bool erase(const AdmittedClientPtr& client, const net::SessionPort::Traffic& itsTraffic);
    void depart(const GuestPtr& guest);

    mutable std::mutex mutex_;
    std::map<std::uint64_t, AdmittedClientPtr> clients_; ///< by number; a client does one thing at a time
    std::map<std::uint64_t, GuestPtr> guests_;           ///< likewise
    TrafficTotals left_{};                               ///< of those who have left
};

} // namespace hookcast::visits
