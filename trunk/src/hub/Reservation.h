#pragma once

#include "base/Result.h"
#include "config/VhostConfig.h"
#include "hooks/HookEvent.h"
#include "hooks/StreamKey.h"
#include "hooks/Ticket.h"
#include "hub/SharedNames.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::hub {

class StreamRegistry;

/// Who wants a name.
enum class Claimant : std::uint8_t {
    Publisher,
    Capture, ///< whose name is a matter of its configuration
    Pull,    ///< brings what is published on another server, and yields to whoever publishes here
};

/// Who wants a name, and how long it waits while others are being asked about it.
struct ClaimTerms {
    config::TakeoverConfig takeover; ///< whether it may replace who publishes
    std::string address;             ///< of the client: turns are shared fairly among these
    std::size_t queueLimit = 64;     ///< so many may wait for one name
    std::int64_t timeoutMs = 10000;  ///< for its turn
    Claimant claimant = Claimant::Publisher;

    /// Of a client at `address` that wants to publish.
    static ClaimTerms of(const config::PublishConfig& publish, std::string address) {
        ClaimTerms terms;
        terms.takeover = publish.takeover;
        terms.address = std::move(address);
        terms.queueLimit = publish.claimQueue;
        terms.timeoutMs = publish.claimTimeoutMs;
        return terms;
    }
};

/// Who waits for its turn to be asked about. Belongs to `loop`.
class Turn {
  public:
    /// Called once: it is its turn, or why there is none.
    using OnTurn = std::function<void(const base::Result<void>&)>;

    Turn(net::Loop& loop, OnTurn onTurn) : loop_(loop), onTurn_(std::move(onTurn)), timer_(loop) {}

    net::Loop& loop() const { return loop_; }

    /// Ends the waiting after so long.
    void expireAfter(std::int64_t timeoutMs);

    /// What must still be asked once it is its turn on this server; end() follows.
    void setNextStep(std::function<void()> nextStep) { nextStep_ = std::move(nextStep); }

    /// Its turn on this server, or why there is none.
    void come(const base::Result<void>& turn);

    void end(const base::Result<void>& turn);

  private:
    net::Loop& loop_;
    OnTurn onTurn_;
    std::function<void()> nextStep_;
    net::Timer timer_;
};

/// Who waits for a name that another one still has, and the permission that it will publish with.
struct Claim {
    using OnTaken = std::function<void(hooks::Ticket)>;

    std::optional<hooks::Ticket> ticket; ///< none once it is fulfilled
    OnTaken onTaken;
    net::Loop& loop;

    /// On `loop`. Once.
    void fulfil();
};

/// The right to be the one publisher of a name, held while the hooks are asked and while publishing lasts; or to be the
/// next one, where publish.takeover lets it replace who publishes now. While others are being asked about the name it
/// is a place in the queue for that right: await() tells when its turn has come. Its death gives it up. Any thread, one
/// at a time; once await() or take() waits, that of its loop.
class Reservation {
  public:
    Reservation(Reservation&& other) noexcept
        : registry_(std::exchange(other.registry_, nullptr)), key_(std::move(other.key_)), id_(other.id_),
          timeoutMs_(other.timeoutMs_), sharing_(std::move(other.sharing_)), turn_(std::move(other.turn_)),
          claim_(std::move(other.claim_)) {}
    Reservation& operator=(Reservation&&) = delete;
    ~Reservation();

    const hooks::StreamKey& key() const { return key_; }

    /// Who publishes the name now, on this server, and is ended when this reservation takes it; nothing where there is
    /// nobody, or a pull, of which no backend knows.
    std::optional<hooks::ClientIds> replaced() const;

    /// Calls `onTurn` when the backends may be asked: within this call where nobody else is asked about the name; else
    /// later, on `loop`, unless the reservation dies before. An error: somebody publishes it by now, too many wait, or
    /// the time is over. Once, before take().
    void await(net::Loop& loop, const Turn::OnTurn& onTurn);

    /// The backends have said yes, with `ticket`. Calls `onTaken` with it as soon as the name is this reservation's
    /// alone: within this call where nobody else has it; else who has it is ended, with its closing events, and
    /// `onTaken` is called later, on `loop`, unless the reservation dies before, and the ticket with it. Once. Throws
    /// std::logic_error before its turn.
    void take(hooks::Ticket ticket, net::Loop& loop, const Claim::OnTaken& onTaken);

  private:
    friend class StreamRegistry;

    /// What is agreed with other servers.
    struct Sharing {
        SharedNames& names;
        SharedNames::Claim claim;
        bool isAsked = false;     ///< release() is owed
        bool isElsewhere = false; ///< from where it is to be moved
    };

    Reservation(StreamRegistry& registry, hooks::StreamKey key, std::uint64_t id, std::int64_t timeoutMs)
        : registry_(&registry), key_(std::move(key)), id_(id), timeoutMs_(timeoutMs) {}

    void askOthers(net::Loop& loop);

    // given
    StreamRegistry* registry_;
    hooks::StreamKey key_;
    std::uint64_t id_; ///< tells the one who has the name from the one who is next
    std::int64_t timeoutMs_;
    // owned
    std::shared_ptr<Sharing> sharing_; ///< null: the name is this server's matter
    std::shared_ptr<Turn> turn_;       ///< while it waits for its turn
    std::shared_ptr<Claim> claim_;     ///< while it waits for the name
};

} // namespace hookcast::hub
