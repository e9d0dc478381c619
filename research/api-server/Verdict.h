#pragma once

#include "api-server/Answer.h"
#include "api-server/Request.h"

#include <string>

namespace hookcast::mock {

/// What the server makes of an answer.
struct Verdict {
    bool isGood = false;
    std::string text; ///< "admits", "refuses: status 201"
};

/// By the server's own code: which of its dialects the call is written in, is seen by the call. Not known here is the
/// time that the server gives a backend. Any thread.
Verdict verdictOn(const Request& request, const Answer& answer);

} // namespace hookcast::mock
