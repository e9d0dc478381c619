#pragma once

#include "hooks/Ticket.h"
#include "hub/StreamKey.h"
#include "net/Loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace hookcast::hub {

class StreamRegistry;

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
/// next one, where publish.takeover lets it replace who publishes now. Its death gives that up. Any thread, one at a
/// time; once take() waits, that of its loop.
class Reservation {
  public:
    Reservation(Reservation&& other) noexcept
        : registry_(std::exchange(other.registry_, nullptr)), key_(std::move(other.key_)), id_(other.id_),
          claim_(std::move(other.claim_)) {}
    Reservation& operator=(Reservation&&) = delete;
    ~Reservation();

    const StreamKey& key() const { return key_; }

    /// The backends have said yes, with `ticket`. Calls `onTaken` with it as soon as the name is this reservation's
    /// alone: within this call where nobody else has it; else who has it is ended, with its closing events, and
    /// `onTaken` is called later, on `loop`, unless the reservation dies before, and the ticket with it. Once.
    void take(hooks::Ticket ticket, net::Loop& loop, const Claim::OnTaken& onTaken);

  private:
    friend class StreamRegistry;
    Reservation(StreamRegistry& registry, StreamKey key, std::uint64_t id)
        : registry_(&registry), key_(std::move(key)), id_(id) {}

    // given
    StreamRegistry* registry_;
    StreamKey key_;
    std::uint64_t id_; ///< tells the one who has the name from the one who is next
    // owned
    std::shared_ptr<Claim> claim_; ///< while it waits for the name
};

} // namespace hookcast::hub
