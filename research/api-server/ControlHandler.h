#pragma once

#include "api-server/Answer.h"
#include "api-server/CallStore.h"
#include "api-server/EventStore.h"
#include "api-server/HookHandler.h"
#include "api-server/Request.h"
#include "api-server/RuleSet.h"
#include "api-server/SignatureGate.h"

#include <optional>
#include <string_view>

namespace hookcast::mock {

/// An answer, or a page of calls or events, which is written piece by piece because it may be large.
struct ControlReply {
    Answer answer;
    std::optional<CallStore::Page> page;
    std::optional<EventStore::Page> events;
};

/// What tests steer the server with: `/control/rules` and what is below it, `/control/calls`,
/// `/control/events` and `/control/signatures`. Its
/// own requests are not recorded. Any thread; a long poll keeps the calling thread.
class ControlHandler {
  public:
    static constexpr std::string_view kPrefix = "/control/";
    static constexpr std::int64_t kMaxWaitMs = 60'000;

    /// All must outlive the handler. Without `hooks` no call is sent again, without `signatures` none is counted.
    ControlHandler(RuleSet& rules, CallStore& calls, EventStore& events, const HookHandler* hooks = nullptr,
                   const SignatureGate* signatures = nullptr)
        : rules_(rules), calls_(calls), events_(events), hooks_(hooks), signatures_(signatures) {}

    ControlReply handle(const Request& request) const;

  private:
    ControlReply handleRules(const Request& request) const;
    ControlReply handleRule(const Request& request, std::string_view name) const;
    ControlReply reorderRules(const Request& request) const;
    ControlReply handleCalls(const Request& request) const;
    ControlReply sendAgain(const Request& request, std::string_view order) const;
    ControlReply countSignatures(const Request& request) const;
    ControlReply handleEvents(const Request& request) const;
    ControlReply listCalls(std::string_view query) const;
    ControlReply listEvents(std::string_view query) const;

    RuleSet& rules_;
    CallStore& calls_;
    EventStore& events_;
    const HookHandler* hooks_;
    const SignatureGate* signatures_;
};

/// `{"calls":[...],"next":N,"last":N,"discarded":N}`
void writeJson(std::ostream& out, const CallStore::Page& page);

} // namespace hookcast::mock
