#include "support/SentEvent.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

namespace hookcast::integration {

SentEvents readSentEvents(const std::string& page) {
    Poco::JSON::Parser parser;
    const auto listed = parser.parse(page).extract<Poco::JSON::Object::Ptr>()->getArray("events");
    SentEvents events;
    for (unsigned i = 0; i < listed->size(); ++i) {
        const auto json = listed->getObject(i);
        events.push_back({json->getValue<Poco::Int64>("monotonic_ms"), json->getValue<std::string>("target"),
                          json->getObject("event")});
    }
    return events;
}

std::vector<std::string> namesOf(const SentEvents& events) {
    std::vector<std::string> names;
    names.reserve(events.size());
    for (const SentEvent& event : events) names.push_back(event.name());
    return names;
}

SentEvents named(const SentEvents& events, const std::string& name) {
    SentEvents chosen;
    for (const SentEvent& event : events)
        if (event.name() == name) chosen.push_back(event);
    return chosen;
}

} // namespace hookcast::integration
