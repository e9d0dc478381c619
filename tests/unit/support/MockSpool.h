#pragma once

#include "hooks/Spool.h"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace hookcast::support {

class MockSpool : public hooks::Spool {
  public:
    using Events = std::vector<hooks::OwedEvent>;
    using Counts = std::map<std::string, std::size_t>;
    using Entries = std::vector<hooks::SpoolEntry>;

    MOCK_METHOD(hooks::SpoolNumber, open, (const hooks::HookEvent&, const hooks::KeptTargets&, std::uint32_t),
                (override));
    MOCK_METHOD(void, askFurther, (hooks::SpoolNumber, std::uint32_t), (override));
    MOCK_METHOD(void, note, (hooks::SpoolNumber, const hooks::Progress&), (override));
    MOCK_METHOD(void, forget, (hooks::SpoolNumber), (override));
    MOCK_METHOD(hooks::SpoolNumber, owe, (const hooks::HookEvent&, const hooks::KeptTargets&, hooks::SpoolNumber),
                (override));
    MOCK_METHOD(void, leave, (hooks::SpoolNumber, std::uint32_t, const std::string&, std::uint32_t), (override));
    MOCK_METHOD(void, settle, (hooks::SpoolNumber, bool), (override));
    MOCK_METHOD(void, readOwed, (const std::string&, std::size_t, Then<Events>), (override));
    MOCK_METHOD(void, readOwedUrls, (Then<Counts>), (override));
    MOCK_METHOD(void, read, (const hooks::SpoolQuery&, Then<Entries>), (override));
    MOCK_METHOD(void, replay, (const hooks::SpoolQuery&, Then<std::size_t>), (override));
    MOCK_METHOD(hooks::SpoolFigures, figures, (), (const, override));
};

} // namespace hookcast::support
