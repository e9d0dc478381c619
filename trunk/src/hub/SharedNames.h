#pragma once

#include "base/Result.h"
#include "config/VhostConfig.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <functional>

namespace hookcast::hub {

/// The names that this server shares with others: the seam between who claims one here and the agreement on who has it.
/// Any thread; never blocks.
class SharedNames {
  public:
    /// Who wants a name, and has it on this server already, as far as that goes.
    struct Claim {
        hooks::StreamKey key;
        std::uint64_t reservation = 0;   ///< tells claims apart
        config::TakeoverConfig takeover; ///< whether it may replace who publishes elsewhere
        bool isCapture = false;
    };

    enum class Standing : std::uint8_t {
        Here,      ///< the name is this server's
        Elsewhere, ///< another server's, from which it may be moved
    };
    using OnClaimed = std::function<void(const base::Result<Standing>&)>;

    virtual ~SharedNames() = default;

    /// May the backends be asked about it? `onClaimed` is called once, on any thread, within the call or later; an
    /// error says why not. While others are being asked about the name elsewhere it may be called very late.
    virtual void claim(const Claim& claim, OnClaimed onClaimed) = 0;

    /// The backends have said yes, and the name is elsewhere: it is this server's from then on. `onMoved` as above;
    /// nothing refuses it.
    virtual void move(const Claim& claim, std::function<void()> onMoved) = 0;

    /// The claim has ended, whatever became of it.
    virtual void release(const Claim& claim) = 0;

    /// Whether somebody publishes it elsewhere, as far as is known at this moment.
    virtual bool isPublishedElsewhere(const hooks::StreamKey& key) const = 0;
};

} // namespace hookcast::hub
