#include "hooks/ServerEvent.h"

#include "base/Utf8.h"

#include <Poco/JSON/Object.h>

#include <unistd.h>

#include <ctime>
#include <sstream>

namespace hookcast::hooks {

namespace {

constexpr std::size_t kMaxWhyBytes = 1000;

Poco::JSON::Object stamped() {
    Poco::JSON::Object data;
    data.set("at", static_cast<Poco::Int64>(std::time(nullptr)));
    data.set("pid", ::getpid());
    return data;
}

std::string textOf(const Poco::JSON::Object& data) {
    std::ostringstream text;
    data.stringify(text);
    return text.str();
}

} // namespace

ServerEvent serviceEvent(config::EventName name, std::int64_t pulseMs) {
    return {name, textOf(stamped()), pulseMs};
}

ServerEvent emergencyEvent(std::string_view what, std::string_view why) {
    Poco::JSON::Object data = stamped();
    data.set("what", base::toValidUtf8(what));
    data.set("why", base::toValidUtf8(why.substr(0, kMaxWhyBytes)));
    return {config::EventName::ServiceEmergency, textOf(data), 0};
}

} // namespace hookcast::hooks
