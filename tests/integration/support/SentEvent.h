#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::integration {

/// One event of a webhook that the mock has confirmed.
struct SentEvent {
    std::int64_t monotonicMs = 0;
    std::string target;            ///< where it was posted to
    Poco::JSON::Object::Ptr event; ///< with its envelope

    std::string name() const { return event->getValue<std::string>("event"); }
    std::uint64_t seq() const { return event->getValue<Poco::UInt64>("seq"); }
    Poco::JSON::Object::Ptr data() const { return event->getObject("data"); }
};

using SentEvents = std::vector<SentEvent>;

/// Reads the answer to `GET /control/events`.
SentEvents readSentEvents(const std::string& page);

/// Their names, in order.
std::vector<std::string> namesOf(const SentEvents& events);

/// Those with this name.
SentEvents named(const SentEvents& events, const std::string& name);

} // namespace hookcast::integration
