#pragma once

#include "base/Result.h"
#include "config/Config.h"
#include "hooks/HookDialect.h"

#include <string>
#include <string_view>

namespace hookcast::hooks {

/// SRS's JSON hooks: fields as in its HTTP callback page, plus those that later releases added.
/// Stateless but for the ids of the server; any thread.
class SrsJsonDialect final : public HookDialect {
  public:
    static constexpr const char* kContentType = "application/json";

    /// `serverId` outlives the process, `serviceId` does not.
    SrsJsonDialect(std::string serverId, std::string serviceId);

    HookRequest write(const HookEvent& event, const HookTarget& target) const override;

    /// A closing is judged as an opening is: what the backend does not accept is worth a line in the log.
    Judgement judge(HookAction, const HookResponse& response) const override { return judge(response); }

    std::string messageFor(const HookResponse& refusal) const override;

    std::string_view name() const override { return "srs"; }

    std::string_view directiveOf(HookAction action) const override { return nameOf(action); }

    const std::string& serverId() const { return serverId_; }
    const std::string& serviceId() const { return serviceId_; }

    /// The body of the call.
    std::string write(const HookEvent& event, config::ClientIdForm clientIdForm) const;

    /// Ok when the backend admits: status 200 and a body that is `0` once surrounding white space is cut, or a JSON
    /// object whose integer `code` is 0. Else the reason for the refusal.
    static Judgement judge(const HookResponse& response);

  private:
    std::string serverId_;
    std::string serviceId_;
};

} // namespace hookcast::hooks
