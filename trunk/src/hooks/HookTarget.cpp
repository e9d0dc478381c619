#include "hooks/HookTarget.h"

#include "base/IpAddress.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace hookcast::hooks {

namespace {

using Urls = std::vector<std::string>;
using VhostPtr = std::shared_ptr<const config::VhostConfig>;

/// What one block of the vhost says about one opening.
struct Block {
    const Urls& opening;
    const Urls& closing;
    const Urls& updates;
    std::int64_t updateIntervalMs;
    HookTarget target; ///< without its URL
};

const Urls kNone;

/// What a block says for an opening; nothing for what is none.
const Urls& pick(HookAction opening, const Urls& connect, const Urls& publish, const Urls& play) {
    switch (opening) {
    case HookAction::Connect: return connect;
    case HookAction::Publish: return publish;
    case HookAction::Play: return play;
    case HookAction::Close:
    case HookAction::Unpublish:
    case HookAction::Stop:
    case HookAction::Dvr:
    case HookAction::Update:
    case HookAction::Hls: break;
    }
    return kNone;
}

const Urls& openingUrls(const config::HooksConfig& hooks, HookAction opening) {
    return pick(opening, hooks.onConnect, hooks.onPublish, hooks.onPlay);
}

const Urls& closingUrls(const config::HooksConfig& hooks, HookAction opening) {
    return pick(opening, hooks.onClose, hooks.onUnpublish, hooks.onStop);
}

const Urls& openingUrls(const config::NotifyConfig& notify, HookAction opening) {
    return pick(opening, notify.onConnect, notify.onPublish, notify.onPlay);
}

/// The end of a connection is told to nobody: `done` is that of publishing and playing.
const Urls& closingUrls(const config::NotifyConfig& notify, HookAction opening) {
    return pick(opening, kNone, notify.onDone, notify.onDone);
}

/// They live as long as the configuration that they stand in.
std::shared_ptr<const config::CallTerms> termsIn(const VhostPtr& vhost, const config::CallTerms& terms) {
    return {vhost, &terms};
}

std::shared_ptr<const config::HookPolicy> policyIn(const VhostPtr& vhost, const config::HookPolicy& policy) {
    return {vhost, &policy};
}

/// Without its URL.
HookTarget targetOf(const HookContext& context, const VhostPtr& vhost) {
    const config::HooksConfig& hooks = vhost->hooks;
    return {{},
            &context.dialectNamed(hooks.dialect),
            {},
            hooks.clientIdFormSent(),
            termsIn(vhost, hooks.calls),
            hooks.showsMessage,
            policyIn(vhost, hooks.policy),
            hooks.answerData};
}

/// Whether the block hears of the event at all, at this moment.
bool hears(const config::HooksConfig& hooks, const HookEvent& event) {
    const auto* connect = std::get_if<HookEvent::Connect>(&event.what);
    if (connect == nullptr) return true;
    const config::HookDialectTraits& traits = config::traitsOf(hooks.dialect);
    if (!traits.tellsConnectionsOf(event.client->protocol())) return false;
    using Step = ConnectStep;
    return connect->step == Step::Whole || (connect->step == Step::Stream) == traits.connectNamesStream;
}

/// The connection as such is all that these backends want to know.
bool hears(const HookEvent& event) {
    const auto* connect = std::get_if<HookEvent::Connect>(&event.what);
    return connect == nullptr || connect->step != ConnectStep::Stream;
}

/// In the order in which they are asked.
std::vector<Block> blocksOf(const HookContext& context, const VhostPtr& vhost, const HookEvent& event) {
    std::vector<Block> blocks;
    if (const config::HooksConfig& hooks = vhost->hooks; hooks.enabled && hears(hooks, event)) {
        blocks.push_back({openingUrls(hooks, event.action()), closingUrls(hooks, event.action()), hooks.onUpdate,
                          hooks.updateIntervalMs, targetOf(context, vhost)});
    }
    for (const config::NotifyConfig& notify : vhost->notifies) {
        if (!notify.enabled || !hears(event) || !notify.isFor(event.client->protocol())) continue;
        HookTarget target{{}, &context.notifyDialect, notify.method, {}, termsIn(vhost, notify.calls)};
        target.policy = policyIn(vhost, notify.policy);
        blocks.push_back({openingUrls(notify, event.action()), closingUrls(notify, event.action()), notify.onUpdate,
                          notify.updateIntervalMs, std::move(target)});
    }
    return blocks;
}

void append(HookTargets& targets, const HookTarget& target, const Urls& urls) {
    for (const std::string& url : urls) targets.emplace_back(target).url = url;
}

} // namespace

const std::shared_ptr<const config::HookPolicy>& defaultPolicy() {
    static const auto kPolicy = std::make_shared<const config::HookPolicy>();
    return kPolicy;
}

HookRequest requestFor(const HookTarget& target, const HookEvent& event) {
    HookRequest request = target.dialect->write(event, target);
    request.id = event.id;
    request.timeoutMs = target.terms->timeoutMs;
    request.terms = target.terms;
    request.kind = isOpening(event.action()) ? CallKind::Asks : CallKind::Tells;
    request.share = base::IpAddress::siteOf(event.client->ip());
    return request;
}

HookTargets openingTargets(const HookContext& context, const VhostPtr& vhost, const HookEvent& opening) {
    HookTargets targets;
    for (const Block& block : blocksOf(context, vhost, opening)) append(targets, block.target, block.opening);
    return targets;
}

HookTargets shadowTargets(const HookContext& context, const VhostPtr& vhost, const HookEvent& opening) {
    HookTargets targets;
    const config::ShadowConfig& shadow = vhost->hooks.shadow;
    if (vhost->hooks.enabled)
        append(targets, targetOf(context, vhost),
               pick(opening.action(), shadow.onConnect, shadow.onPublish, shadow.onPlay));
    return targets;
}

HookTargets closingTargets(const HookContext& context, const VhostPtr& vhost, const HookEvent& opening,
                           std::size_t accepted) {
    HookTargets targets;
    for (const Block& block : blocksOf(context, vhost, opening)) {
        const std::size_t ofBlock = std::min(accepted, block.opening.size());
        accepted -= ofBlock;
        const bool askedInVain = ofBlock == 0 && !block.opening.empty();
        if (!askedInVain) append(targets, block.target, closingUrlsFor(block.opening, ofBlock, block.closing));
    }
    return targets;
}

HookTargets closingTargets(const HookContext& context, const VhostPtr& vhost, const HookEvent& opening) {
    return closingTargets(context, vhost, opening, std::numeric_limits<std::size_t>::max());
}

HookTargets fileTargets(const HookContext& context, const VhostPtr& vhost, HookAction action) {
    HookTargets targets;
    const config::HooksConfig& hooks = vhost->hooks;
    if (hooks.enabled) append(targets, targetOf(context, vhost), action == HookAction::Hls ? hooks.onHls : hooks.onDvr);
    return targets;
}

std::vector<UpdateTargets> updateTargets(const HookContext& context, const VhostPtr& vhost, const HookEvent& opening) {
    const auto isTold = [](const auto& block) { return block.enabled && !block.onUpdate.empty(); };
    if (!isTold(vhost->hooks) && std::ranges::none_of(vhost->notifies, isTold)) return {};
    std::vector<UpdateTargets> all;
    for (const Block& block : blocksOf(context, vhost, opening)) {
        if (block.updates.empty()) continue;
        all.push_back({block.updateIntervalMs, {}});
        append(all.back().targets, block.target, block.updates);
    }
    return all;
}

Urls closingUrlsFor(const Urls& openingUrls, std::size_t accepted, const Urls& closingUrls) {
    Urls told;
    for (std::size_t i = 0; i < closingUrls.size(); ++i) {
        std::size_t owner = openingUrls.size();
        if (i < openingUrls.size() && openingUrls[i] == closingUrls[i]) {
            owner = i;
        } else {
            const auto same = std::find(openingUrls.begin(), openingUrls.end(), closingUrls[i]);
            if (same != openingUrls.end())
                owner = static_cast<std::size_t>(same - openingUrls.begin());
            else if (openingUrls.size() == closingUrls.size())
                owner = i;
        }
        if (owner == openingUrls.size() || owner < accepted) told.push_back(closingUrls[i]);
    }
    return told;
}

} // namespace hookcast::hooks
