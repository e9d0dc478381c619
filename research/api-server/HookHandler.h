#pragma once

#include "api-server/CallLog.h"
#include "api-server/CallStore.h"
#include "api-server/Endpoint.h"
#include "api-server/RuleSet.h"
#include "api-server/SignatureGate.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace hookcast::mock {

inline constexpr std::size_t kMaxBodyBytes = 1024UL * 1024;

/// Decides the answer to each call of a hook: the endpoint's own, changed by the rules; records and logs it. Any
/// thread.
class HookHandler {
  public:
    /// Everything given must outlive the handler.
    /// `signatures` refuses calls before the endpoint and the rules see them; null: every call comes in.
    HookHandler(std::vector<std::unique_ptr<Endpoint>> endpoints, ReplyMode mode, RuleSet& rules, CallStore& calls,
                CallLog& log, SignatureGate* signatures = nullptr);

    /// The call is in the store when this returns; the delay that the answer may ask for is the caller's to keep.
    Answer handle(Request request) const;

    /// For a request whose body was over kMaxBodyBytes and has not been kept. No rule changes this answer.
    Answer handleTooLarge(Request request) const;

  private:
    const Endpoint* find(std::string_view path) const;
    Outcome decide(const Endpoint* endpoint, const Request& request, const ParsedBody& body) const;
    Answer record(const Endpoint* endpoint, Request request, std::string bodyJson, Outcome outcome,
                  SignatureState signature) const;

    // given
    RuleSet& rules_;
    CallStore& calls_;
    CallLog& log_;
    SignatureGate* const signatures_;
    const ReplyMode mode_;

    // owned
    const std::vector<std::unique_ptr<Endpoint>> endpoints_;
};

} // namespace hookcast::mock
