#pragma once

#include "hooks/HookDialect.h"

#include <string>

namespace hookcast::hooks {

/// Form notify: the event as application/x-www-form-urlencoded fields, POSTed as the body or put behind the URL of a
/// GET. Every byte that a client sent reaches the backend as it was, in percent-encoding.
class FormNotifyDialect final : public HookDialect {
  public:
    static constexpr const char* kContentType = "application/x-www-form-urlencoded";

    HookRequest write(const HookEvent& event, const HookTarget& target) const override;

    /// Status 200 admits, whatever the body. Of a closing any answer will do.
    Judgement judge(HookAction action, const HookResponse& response) const override;

    std::string_view name() const override { return "notify"; }

    std::string_view directiveOf(HookAction action) const override;

    /// The fields alone, as `name=value` joined by `&`.
    static std::string fields(const HookEvent& event);
};

} // namespace hookcast::hooks
