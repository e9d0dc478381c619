#pragma once

#include "hooks/JsonDialect.h"

#include <string>
#include <utility>

namespace hookcast::hooks {

/// SRS's JSON hooks: fields as in its HTTP callback page, plus those that later releases added.
class SrsJsonDialect final : public JsonDialect {
  public:
    static constexpr const config::HookDialectTraits& kTraits = config::traitsOf(config::HookDialectName::Srs);

    /// `serverId` outlives the process, `serviceId` does not.
    SrsJsonDialect(std::string serverId, std::string serviceId)
        : JsonDialect(std::move(serverId), std::move(serviceId), kTraits) {}

    using JsonDialect::judge;
    static Judgement judge(const HookResponse& response) { return judge(response, kTraits); }

  protected:
    void writeRest(base::JsonWriter& json, const HookEvent& event, config::ClientIdForm clientIdForm) const override;
};

} // namespace hookcast::hooks
