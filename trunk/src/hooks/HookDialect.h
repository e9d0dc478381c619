#pragma once

#include "hooks/AnswerData.h"
#include "hooks/HookEvent.h"
#include "hooks/HookTransport.h"
#include "hooks/Judgement.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hooks {

struct HookTarget;

/// How events are written for a backend, and what its answers mean. Stateless after construction; any thread.
class HookDialect {
  public:
    HookDialect() = default;
    HookDialect(const HookDialect&) = delete;
    HookDialect& operator=(const HookDialect&) = delete;
    virtual ~HookDialect() = default;

    /// What the call says that tells `target` of `event`: URL, method, and body. See requestFor().
    virtual HookRequest write(const HookEvent& event, const HookTarget& target) const = 0;

    /// Ok when the answer admits an opening, or shows that a closing was heard. Else why not.
    virtual Judgement judge(HookAction action, const HookResponse& response) const = 0;

    /// What the backend wants a client to read that it refuses; empty where it says nothing. Everything else in an
    /// answer is for the log, and no client sees it.
    virtual std::string messageFor(const HookResponse& /*refusal*/) const { return {}; }

    /// What a yes says beside yes.
    virtual AnswerDataReading dataIn(const HookResponse& /*yes*/) const { return {}; }

    /// For how long the answer lets a verdict be kept; none: it does not.
    virtual std::optional<std::int64_t> keepMs(const HookResponse& answer) const { return answer.maxAgeMs; }

    /// What kept events call it, whatever the server's version.
    virtual std::string_view name() const = 0;

    /// The directive that names the URLs of `action`: how the log calls the event.
    virtual std::string_view directiveOf(HookAction action) const = 0;
};

} // namespace hookcast::hooks
