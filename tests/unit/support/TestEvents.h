#pragma once

#include "hooks/ServerEvent.h"
#include "shared/EventShapes.h"
#include "unit/support/FakeClock.h"

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

/// Keeps what is posted. Any thread.
class TestEvents final : public hooks::EventSink {
  public:
    explicit TestEvents(std::vector<std::int64_t> periodsMs = {1000}) : periodsMs_(std::move(periodsMs)) {}

    void post(hooks::ServerEvent event) override {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(event));
    }

    std::vector<std::int64_t> pulsePeriodsMs() const override { return periodsMs_; }
    const base::Clock& clock() const override { return clock_; }

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
    const FakeClock clock_;
    const std::vector<std::int64_t> periodsMs_;
    mutable std::mutex mutex_;
    std::vector<hooks::ServerEvent> posted_;
};

} // namespace hookcast::support
