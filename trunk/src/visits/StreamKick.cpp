#include "visits/StreamKick.h"

namespace hookcast::visits {

std::vector<AdmittedClientPtr> beginKick(hooks::Admission& admission, const ClientBook& clients,
                                         const hooks::StreamKey& key, std::optional<hooks::HookAction> only) {
    std::vector<AdmittedClientPtr> meant;
    hooks::VerdictFilter theirs{.vhost = key.vhost, .stream = {}, .ips = {}};
    for (const AdmittedClientPtr& client : clients.all()) {
        const hooks::HookEvent& opening = client->opening;
        if (opening.key() != key || (only && *only != opening.action())) continue;
        meant.push_back(client);
        theirs.ips.insert(opening.client->ip());
    }
    hooks::HookPolicies& policies = admission.policies();
    // Of the stream's others, whoever has left may be meant, too.
    policies.forget({.vhost = key.vhost, .stream = hooks::streamDigest(key.app, key.stream), .ips = {}});
    if (!meant.empty()) policies.forget(theirs);
    return meant;
}

} // namespace hookcast::visits
