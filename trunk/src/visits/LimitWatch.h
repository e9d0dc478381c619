#pragma once

#include "hooks/Ticket.h"
#include "net/GuardedTimer.h"
#include "net/Loop.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <memory>

namespace hookcast::visits {

/// Ends a client at the limits that its backends have set it with their yes. Loop thread of its session only; its death
/// ends the watch.
class LimitWatch {
  public:
    /// Over which a rate is averaged. What a player begins with, a group of pictures at once, is not its rate: its
    /// first such time is not looked at.
    static constexpr std::int64_t kWindowMs = 5000;

    /// What of the limits counts.
    enum class Scope : std::uint8_t { All, DurationOnly };

    /// From now on. Null where the yes has set none. `visitor` outlives it.
    static std::unique_ptr<LimitWatch> of(const hooks::Ticket& ticket, net::Loop& loop, Visitor& visitor, Scope scope);

    LimitWatch(const hooks::Ticket& ticket, net::Loop& loop, Visitor& visitor, Scope scope);

  private:
    void look();
    void begin();
    std::uint64_t bytes() const;

    // given
    net::Loop& loop_;
    Visitor& visitor_;
    const bool publishes_;
    const std::int64_t maxBitsPerS_; ///< 0: any
    // owned
    net::GuardedTimer end_;
    net::GuardedTimer window_;
    // state
    std::uint64_t bytesBefore_ = 0; ///< at the window's beginning
    std::int64_t beganAtMs_ = 0;
};

} // namespace hookcast::visits
