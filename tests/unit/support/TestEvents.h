#pragma once

#include "hooks/ServerEvent.h"
#include "unit/support/Event.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::support {

inline Poco::JSON::Object::Ptr jsonObject(const std::string& text) {
    return Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>();
}

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

/// Keeps what is posted. Any thread.
class TestEvents final : public hooks::EventSink {
  public:
    explicit TestEvents(std::vector<std::int64_t> periodsMs = {1000}) : periodsMs_(std::move(periodsMs)) {}

    void post(hooks::ServerEvent event) override {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(event));
    }

    std::vector<std::int64_t> pulsePeriodsMs() const override { return periodsMs_; }

    std::vector<hooks::ServerEvent> posted() const {
        const std::lock_guard lock(mutex_);
        return posted_;
    }

    /// Their names, separated by blanks.
    std::string names() const {
        std::string all;
        for (const hooks::ServerEvent& event : posted())
            all += (all.empty() ? "" : " ") + std::string(config::nameOf(event.name));
        return all;
    }

    Poco::JSON::Object::Ptr data(std::size_t number) const { return jsonObject(posted().at(number).data); }
    Poco::JSON::Object::Ptr lastData() const { return jsonObject(posted().back().data); }

  private:
    const std::vector<std::int64_t> periodsMs_;
    mutable std::mutex mutex_;
    std::vector<hooks::ServerEvent> posted_;
};

} // namespace hookcast::support
