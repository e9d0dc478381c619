#pragma once

#include "base/Clock.h"
#include "base/IpAddress.h"
#include "base/IpNetwork.h"
#include "base/Result.h"
#include "config/Config.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookcast::net {

class ConnectionBudget;

/// A client's place within a budget. It is given back by this object's death, so exactly once, whatever happens to the
/// connection. A default one is none. One thread at a time.
class ConnectionPlace {
  public:
    ConnectionPlace() = default;
    ConnectionPlace(ConnectionPlace&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), address_(other.address_), isCounted_(other.isCounted_),
          isAdmitted_(other.isAdmitted_) {}
    ConnectionPlace& operator=(ConnectionPlace&& other) noexcept;
    ~ConnectionPlace() { giveBack(); }

    /// Whether the client publishes or plays.
    void setAdmitted(bool isAdmitted);

    /// The client is at `address`, as a proxy has told: it counts there from now on. Refused, it stays where it was.
    base::Result<void> moveTo(const std::string& address);

    /// A place beside this one, for what its connection does for a client at `address` as if that had come by one of
    /// its own. The rate, which is that of connections, does not count.
    [[nodiscard]] base::Result<ConnectionPlace> further(const std::string& address) const;

  private:
    friend class ConnectionBudget;
    ConnectionPlace(ConnectionBudget& budget, const base::IpAddress& address, bool isCounted)
        : budget_(&budget), address_(address), isCounted_(isCounted) {}

    void giveBack();

    ConnectionBudget* budget_ = nullptr;
    base::IpAddress address_ = base::IpAddress::none();
    bool isCounted_ = false; ///< at its address
    bool isAdmitted_ = false;
};

/// How many clients the server takes, of all protocols together, and of one address, so that nobody can shut out
/// everybody else. Any thread; outlives its places.
class ConnectionBudget {
  public:
    struct Limits {
        std::size_t connections;
        std::size_t perAddress;
        std::size_t unadmittedPerAddress; ///< those who neither publish nor play
        std::uint32_t perSecond;          ///< new ones of one address
        std::vector<base::IpNetwork> exempt;
        std::string directive = "max_connections"; ///< what `connections` is called

        /// For the clients.
        static Limits of(const config::Config& config);
        /// For those who come to the addresses of http_api.
        static Limits ofApi(const config::Config& config);
        /// For those who watch over any number of connections, one after the other.
        static Limits ofViewers(const config::Config& config);
    };

    /// Which limit a connection was refused for.
    enum class Limit : std::uint8_t { Connections, PerAddress, Unadmitted, Rate };
    static constexpr std::size_t kLimits = 4;

    ConnectionBudget(Limits limits, const base::Clock& clock) : limits_(std::move(limits)), clock_(clock) {}

    /// A place for a client at `address`, which neither publishes nor plays yet; or which limit is reached.
    [[nodiscard]] base::Result<ConnectionPlace> take(const std::string& address) { return take(address, true); }

    /// Whether take() would be refused now; empty when it would not. For those who can refuse sooner.
    std::string refusal(const std::string& address);

    std::size_t open() const;
    std::size_t limit() const;

    /// How many were refused for `limit`.
    std::uint64_t refused(Limit limit) const;

    /// Who is there stays, be they more than the new limits.
    void setLimits(Limits limits);

  private:
    friend class ConnectionPlace;

    /// Of one address. It stays for as long as somebody is there, and until the bucket is full again.
    struct Site {
        std::size_t open = 0;
        std::size_t unadmitted = 0;
        double tokens = 0; ///< new connections that it may make at once
        std::int64_t filledAtMs = 0;
    };
    struct Hash {
        std::size_t operator()(const base::IpAddress& address) const { return address.hash(); }
    };

    [[nodiscard]] base::Result<ConnectionPlace> take(const std::string& address, bool isConnecting);

    // All with the mutex held.
    bool isExempt(const base::IpAddress& address) const;
    Site& siteOf(const base::IpAddress& address);
    base::Result<void> judgeSite(const Site& site, bool isAdmitted, bool isConnecting = true);
    base::Error refuse(Limit limit, std::string reason);
    void forgetIdle();
    void fill(Site& site) const;
    void leave(const ConnectionPlace& place);

    // given
    Limits limits_; ///< guarded by mutex_
    const base::Clock& clock_;
    // state
    mutable std::mutex mutex_; ///< guards all below
    std::size_t open_ = 0;
    std::unordered_map<base::IpAddress, Site, Hash> sites_;
    std::array<std::uint64_t, kLimits> refused_{};
};

} // namespace hookcast::net
