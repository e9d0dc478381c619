#pragma once

#include "support/FreePort.h"
#include "support/MockBackend.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace hookcast::integration {

/// A way for a backend to refuse.
struct Refusal {
    const char* name;
    const char* reply;   ///< of the mock's rule for the asked URL; empty: no rule
    const char* url;     ///< what is asked, behind the mock's address where it begins with a slash
    const char* reason;  ///< part of the log line
    bool reachesBackend; ///< whether the mock sees the call
    bool secondOfTwo;    ///< another URL of the mock's is asked before, and admits
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal);

/// Every kind that there is.
const std::vector<Refusal>& allRefusals();

/// A backend that refuses `opening` in one way, and admits everything else.
class RefusingBackend {
  public:
    /// `match`: fields that a call must have to be refused, as in a rule of the mock's: `"app":"live",`.
    RefusingBackend(std::string opening, const Refusal& refusal, const std::string& match = "");

    /// An `http_hooks` block for it.
    std::string hooks() const;

    /// Every call that the backend has to get of a client that asks for `opening`, in order.
    std::vector<std::string> expectedCalls() const;

    MockBackend& backend() { return backend_; }

  private:
    std::string urls() const;

    std::string opening_;
    Refusal refusal_;
    FreePort deadPort_; ///< nobody listens here
    MockBackend backend_;
};

} // namespace hookcast::integration
