#pragma once

#include "config/Config.h"
#include "hooks/CallTrace.h"
#include "hooks/HookEvent.h"
#include "hooks/HookTarget.h"

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::app {

/// What a call to a backend was, for somebody's eyes: request, steps, answer, verdict. No secret is in it: neither the
/// configuration's nor the client's, not even where a backend sends it back.
class HookReport {
  public:
    /// `event`: what is told; `shown`: the same event with what is secret masked. All outlive it.
    HookReport(std::ostream& out, const config::Config& config, const hooks::HookEvent& event,
               const hooks::HookEvent& shown);

    /// `number`: from 1.
    void print(std::size_t number, const hooks::HookTarget& target, const hooks::CallTrace& trace,
               const hooks::HookResponse& response);

  private:
    void printRequest(const hooks::HookTarget& target, const hooks::CallTrace& trace);
    void printSteps(const hooks::CallTrace& trace);
    void printAnswer(const hooks::CallTrace& trace, const hooks::HookResponse& response);
    void printVerdict(const hooks::HookTarget& target, const hooks::HookResponse& response);
    void printData(const hooks::HookTarget& target, const hooks::HookResponse& response);
    std::string fit(std::string_view text) const;

    // given
    std::ostream& out_;
    const config::Config& config_;
    const hooks::HookEvent& event_;
    const hooks::HookEvent& shown_;
    // state
    std::vector<std::string> secrets_; ///< that stand in nothing that is printed
};

/// What `text` has as values of names that stand for secrets, and as user information of URLs; as it is written there.
std::vector<std::string> secretsIn(std::string_view text);

} // namespace hookcast::app
