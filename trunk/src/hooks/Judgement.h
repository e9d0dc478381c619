#pragma once

#include "hooks/HookTransport.h"
#include "hooks/RefusalCause.h"

#include <optional>
#include <string>
#include <utility>

namespace hookcast::hooks {

/// Why an answer is no yes. The message is for the log, and says more than the client may know.
struct Fault {
    RefusalCause cause;
    std::string message;
};

/// What a backend's answer comes to: yes, or why not.
class [[nodiscard]] Judgement {
  public:
    Judgement() = default;
    Judgement(Fault fault) : fault_(std::move(fault)) {}

    bool ok() const { return !fault_.has_value(); }
    explicit operator bool() const { return ok(); }

    /// Only when not ok().
    const Fault& error() const { return *fault_; }

  private:
    std::optional<Fault> fault_;
};

/// Of a call that was not answered: each kind of failure has words of its own.
Fault failureOf(const HookResponse& response);

/// Of an answer that has another status than the wanted one.
Fault statusFault(int status);

} // namespace hookcast::hooks
