#include "hooks/ServerEvent.h"

#include "base/JsonWriter.h"

#include <unistd.h>

namespace hookcast::hooks {

namespace {

constexpr std::size_t kMaxWhyBytes = 1000;

} // namespace

ServerEvent serviceEvent(const base::Clock& clock, config::EventName name, std::int64_t pulseMs) {
    base::JsonWriter json;
    json.beginObject().member("at", clock.unixS()).member("pid", ::getpid()).endObject();
    return {.name = name, .data = json.take(), .pulseMs = pulseMs};
}

ServerEvent emergencyEvent(const base::Clock& clock, std::string_view what, std::string_view why) {
    base::JsonWriter json;
    json.beginObject().member("at", clock.unixS()).member("pid", ::getpid());
    json.member("what", what).member("why", why.substr(0, kMaxWhyBytes)).endObject();
    return {.name = config::EventName::ServiceEmergency, .data = json.take()};
}

} // namespace hookcast::hooks
