#include "hooks/HookTransport.h"

namespace hookcast::hooks {

const std::shared_ptr<const config::CallTerms>& defaultTerms() {
    static const auto kTerms = std::make_shared<const config::CallTerms>();
    return kTerms;
}

bool hasFailed(const HookResponse& response) {
    using Outcome = HookResponse::Outcome;
    // The page with which something fails may be long.
    if (response.outcome != Outcome::Answered && response.outcome != Outcome::TooLarge) return true;
    const int status = response.status;
    return status >= 500 || status == 408 || status == 425 || status == 429;
}

} // namespace hookcast::hooks
