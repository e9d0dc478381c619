#include "hooks/DialectAdvice.h"

#include "hooks/HookTarget.h"

namespace hookcast::hooks {

bool DialectAdvice::concerns(const HookTarget& target) {
    const bool isOldest = dynamic_cast<const SrsJsonDialect*>(target.dialect) != nullptr;
    return isOldest && target.clientIdForm == config::ClientIdForm::Integer;
}

void DialectAdvice::consider(const std::string& url, const HookResponse& response, const std::string& who) {
    const bool isError = response.status >= 400 && response.status <= 599;
    if (response.outcome != HookResponse::Outcome::Answered || !isError) return;
    {
        const std::lock_guard lock(mutex_);
        if (advised_.size() >= kMaxUrls || !advised_.insert(url).second) return;
    }
    log_.warn(
        who,
        "{} answers status {}, and is spoken to as by SRS 1 to 3 (client_id a number): a backend written for SRS 4 "
        "to 8 wants 'dialect srs4;' in http_hooks (said once for this URL)",
        base::withoutSecrets(url), response.status);
}

} // namespace hookcast::hooks
