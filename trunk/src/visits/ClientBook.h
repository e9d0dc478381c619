#pragma once

#include "visits/AdmittedClient.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::visits {

/// Who publishes or plays now, of all protocols: entered when the backends have said yes, gone when that has ended. Any
/// thread; outlives every visit.
class ClientBook {
  public:
    /// Lives in a visit; its death is the end of the entry. The visit's loop only.
    class Listing {
      public:
        Listing() = default;
        Listing(ClientBook& book, AdmittedClientPtr client) : book_(&book), client_(std::move(client)) {}
        Listing(Listing&& other) noexcept
            : book_(std::exchange(other.book_, nullptr)), client_(std::move(other.client_)) {}
        Listing& operator=(Listing&& other) noexcept;
        ~Listing() { remove(); }

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

    /// By ClientInfo's number in digits, or its id; null when there is none.
    AdmittedClientPtr find(const std::string& id) const;

    /// Ends its session soon. Any thread.
    static void kick(const AdmittedClientPtr& client, const std::string& reason);

  private:
    bool erase(const AdmittedClientPtr& client);

    mutable std::mutex mutex_;
    std::map<std::uint64_t, AdmittedClientPtr> clients_; ///< by number; a client does one thing at a time
};

} // namespace hookcast::visits
