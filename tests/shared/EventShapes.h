#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace hookcast::support {

/// The shape of a JSON value: every key with the kind of its value, e.g. `{dvr:boolean,video:{fps:integer}}`. Two
/// values of one shape have the same keys and the same types.
inline std::string shapeOfValue(const Poco::Dynamic::Var& value) {
    if (value.type() == typeid(Poco::JSON::Object::Ptr)) {
        std::string shape;
        const auto object = value.extract<Poco::JSON::Object::Ptr>();
        std::vector<std::string> names = object->getNames();
        std::ranges::sort(names);
        for (const std::string& name : names)
            shape += (shape.empty() ? "" : ",") + name + ":" + shapeOfValue(object->get(name));
        return "{" + shape + "}";
    }
    if (value.type() == typeid(Poco::JSON::Array::Ptr)) return "array";
    if (value.isEmpty()) return "null";
    if (value.isBoolean()) return "boolean";
    if (value.isInteger()) return "integer";
    return value.isString() ? "string" : "number";
}

inline std::string shapeOf(const std::string& json) {
    return shapeOfValue(Poco::JSON::Parser().parse(json));
}

/// An event as the webhooks' document shows it; all events of a service have one shape, and so have those of a stream
/// but for stream:dvr. There are service:up, stream:create and stream:dvr. What is added is `event_id`, which the document
/// does not know.
inline Poco::JSON::Object::Ptr documentedEvent(const std::string& name) {
    std::ifstream file(HOOKCAST_SOURCE_DIR "/tests/data/webhook-events.json");
    Poco::JSON::Object::Ptr event =
        Poco::JSON::Parser().parse(file).extract<Poco::JSON::Object::Ptr>()->getObject(name);
    event->set("event_id", "ms-test-dev1-1324967661364755");
    return event;
}

} // namespace hookcast::support
