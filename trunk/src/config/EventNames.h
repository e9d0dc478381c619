#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hookcast::config {

/// What a webhook can be told.
enum class EventName : std::uint8_t {
    ServiceUp,
    ServiceDown,
    ServicePulse,
    ServiceEmergency,
    StreamCreate,
    StreamState,
    StreamReconnect,
    StreamPulse,
    StreamDelete,
    StreamDvr,
    ServerCapture, ///< of clusters, as the next one
    ServerRelease,
};

/// `service:up` and so on: the name in configurations and payloads.
std::string_view nameOf(EventName name);

/// Nothing for a word that names no event.
std::optional<EventName> eventNamed(std::string_view text);

} // namespace hookcast::config
