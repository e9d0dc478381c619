#include "config/EventNames.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::config {

namespace {

using Entry = std::pair<EventName, std::string_view>;

constexpr std::array kNames = {
    Entry{EventName::ServiceUp, "service:up"},
    Entry{EventName::ServiceDown, "service:down"},
    Entry{EventName::ServicePulse, "service:pulse"},
    Entry{EventName::ServiceEmergency, "service:emergency"},
    Entry{EventName::StreamCreate, "stream:create"},
    Entry{EventName::StreamState, "stream:state"},
    Entry{EventName::StreamReconnect, "stream:reconnect"},
    Entry{EventName::StreamPulse, "stream:pulse"},
    Entry{EventName::StreamDelete, "stream:delete"},
    Entry{EventName::StreamDvr, "stream:dvr"},
    Entry{EventName::ServerCapture, "server:capture"},
    Entry{EventName::ServerRelease, "server:release"},
};

} // namespace

std::string_view nameOf(EventName name) {
    return std::ranges::find(kNames, name, &Entry::first)->second;
}

std::optional<EventName> eventNamed(std::string_view text) {
    const auto found = std::ranges::find(kNames, text, &Entry::second);
    if (found == kNames.end()) return std::nullopt;
    return found->first;
}

} // namespace hookcast::config
