#include "hooks/ClientIdAdvice.h"

#include "hooks/HookTarget.h"

namespace hookcast::hooks {

bool ClientIdAdvice::concerns(const HookTarget& target) {
    const bool isJson = dynamic_cast<const SrsJsonDialect*>(target.dialect) != nullptr;
    return isJson && target.clientIdForm == config::ClientIdForm::Integer;
}

void ClientIdAdvice::consider(const std::string& url, const HookResponse& response, const std::string& who) {
    const bool isError = response.status >= 400 && response.status <= 599;
    if (response.outcome != HookResponse::Outcome::Answered || !isError) return;
    {
        const std::lock_guard lock(mutex_);
        if (advised_.size() >= kMaxUrls || !advised_.insert(url).second) return;
    }
    log_.warn(who,
              "{} answers status {}, and is sent client_id as a number: a backend written for SRS 4 or later wants "
              "'client_id string;' in http_hooks (said once for this URL)",
              base::withoutSecrets(url), response.status);
}

} // namespace hookcast::hooks
