#include "hooks/KeptTarget.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::hooks {

namespace {

using VhostPtr = std::shared_ptr<const config::VhostConfig>;
using TermsPtr = std::shared_ptr<const config::CallTerms>;

bool names(const std::vector<std::string>& urls, const std::string& url) {
    return std::ranges::find(urls, url) != urls.end();
}

bool names(const config::HooksConfig& hooks, const std::string& url) {
    const std::array lists = {&hooks.onClose, &hooks.onUnpublish, &hooks.onStop, &hooks.onDvr, &hooks.onHls};
    return std::ranges::any_of(lists, [&](const auto* urls) { return names(*urls, url); });
}

/// Null where the vhost does not tell this URL anything.
TermsPtr termsFor(const VhostPtr& vhost, const KeptTarget& kept, std::string_view notifyDialect) {
    if (vhost == nullptr) return nullptr;
    if (kept.dialect != notifyDialect)
        return names(vhost->hooks, kept.url) ? TermsPtr(vhost, &vhost->hooks.calls) : nullptr;
    for (const config::NotifyConfig& notify : vhost->notifies)
        if (notify.method == kept.method && names(notify.onDone, kept.url)) return {vhost, &notify.calls};
    return nullptr;
}

} // namespace

KeptTargets keptTargets(const HookTargets& targets) {
    KeptTargets kept;
    kept.reserve(targets.size());
    for (const HookTarget& target : targets)
        kept.push_back({target.url, std::string(target.dialect->name()), target.method, target.clientIdForm,
                        target.terms->timeoutMs});
    return kept;
}

KeptTargets keptClosings(const HookContext& context, const VhostPtr& vhost, const HookEvent& opening,
                         std::size_t asked) {
    KeptTargets all = keptTargets(closingTargets(context, vhost, opening));
    for (KeptTarget& target : all) target.from = static_cast<std::uint32_t>(asked);
    // What fewer have to hear of stands in the same order.
    for (std::size_t accepted = asked; accepted-- > 1;) {
        const HookTargets fewer = closingTargets(context, vhost, opening, accepted);
        auto next = fewer.begin();
        for (KeptTarget& target : all) {
            if (next == fewer.end()) break;
            if (target.url != next->url || target.dialect != next->dialect->name()) continue;
            target.from = static_cast<std::uint32_t>(accepted);
            ++next;
        }
    }
    return all;
}

HookTarget restoredTarget(const HookContext& context, const config::Config& config, const std::string& vhost,
                          const KeptTarget& kept) {
    HookTarget target;
    target.url = kept.url;
    target.method = kept.method;
    target.clientIdForm = kept.clientIdForm;
    const HookDialect& notify = context.notifyDialect;
    target.dialect = &context.dialect;
    if (kept.dialect == notify.name()) target.dialect = &notify;
    for (const config::HookDialectTraits& known : config::kHookDialects)
        if (kept.dialect == known.name) target.dialect = &context.dialectNamed(known.dialect);
    const auto isIt = [&vhost](const auto& other) { return other->name == vhost; };
    const auto found = std::ranges::find_if(config.vhosts, isIt);
    const TermsPtr terms = termsFor(found == config.vhosts.end() ? nullptr : *found, kept, notify.name());
    target.terms =
        terms != nullptr ? terms : std::make_shared<const config::CallTerms>(config::CallTerms::within(kept.timeoutMs));
    return target;
}

} // namespace hookcast::hooks
