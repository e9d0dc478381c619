#pragma once

#include "hooks/JsonDialect.h"

#include <string>
#include <utility>

namespace hookcast::hooks {

/// SRS's JSON hooks as its releases 4 to 8 send them: their order of keys, their tcUrl over HTTP and SRT, their query
/// over SRT.
class Srs4JsonDialect final : public JsonDialect {
  public:
    static constexpr const config::HookDialectTraits& kTraits = config::traitsOf(config::HookDialectName::Srs4);

    /// `serverId` outlives the process, `serviceId` does not.
    Srs4JsonDialect(std::string serverId, std::string serviceId)
        : JsonDialect(std::move(serverId), std::move(serviceId), kTraits) {}

  protected:
    void writeRest(base::JsonWriter& json, const HookEvent& event, config::ClientIdForm clientIdForm) const override;
};

} // namespace hookcast::hooks
