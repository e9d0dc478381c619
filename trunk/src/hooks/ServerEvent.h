#pragma once

#include "base/Clock.h"
#include "config/EventNames.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hooks {

/// Something that webhooks are told.
struct ServerEvent {
    config::EventName name = config::EventName::ServicePulse;
    std::string data;         ///< a JSON object, not empty
    bool isFlat = false;      ///< its members stand beside those of the envelope, too
    std::int64_t pulseMs = 0; ///< of a pulse: it is for webhooks with this period only; 0: for all
};

/// service:up, service:down or service:pulse, now.
ServerEvent serviceEvent(const base::Clock& clock, config::EventName name, std::int64_t pulseMs = 0);

/// service:emergency, now. `what` names the part of the server that has failed for good, `why` says how; neither may
/// hold a secret.
ServerEvent emergencyEvent(const base::Clock& clock, std::string_view what, std::string_view why);

/// Where events go: the seam between those who have something to tell and the webhooks. Any thread; never blocks.
class EventSink {
  public:
    virtual ~EventSink() = default;

    /// Events leave in the order in which they are posted.
    virtual void post(ServerEvent event) = 0;

    /// The periods at which somebody wants pulses, ascending: a stream posts its pulse once for each.
    virtual std::vector<std::int64_t> pulsePeriodsMs() const = 0;

    /// That events are stamped by.
    virtual const base::Clock& clock() const = 0;

    /// A part of the server has failed for good; see emergencyEvent().
    void emergency(std::string_view what, std::string_view why) { post(emergencyEvent(clock(), what, why)); }
};

} // namespace hookcast::hooks
