#pragma once

#include "config/Config.h"
#include "hooks/HookContext.h"
#include "hooks/HookDialect.h"
#include "hooks/HookEvent.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// What becomes of openings and verdicts where nothing else is said.
const std::shared_ptr<const config::HookPolicy>& defaultPolicy();

/// One URL that hears of an event, and how it is spoken to.
struct HookTarget {
    std::string url;
    const HookDialect* dialect = nullptr; ///< never null once made; lives as long as the HookContext
    config::HttpMethod method = config::HttpMethod::Post;
    config::ClientIdForm clientIdForm = config::ClientIdForm::Integer; ///< only for JsonDialect: Integer or String
    std::shared_ptr<const config::CallTerms> terms = defaultTerms();
    bool showsMessage = false; ///< to a client that it refuses
    std::shared_ptr<const config::HookPolicy> policy = defaultPolicy();
    bool readsData = false; ///< what it says beside yes counts
};

/// The whole call that tells `target` of `event`, but for whose turn it takes.
HookRequest requestFor(const HookTarget& target, const HookEvent& event);

using HookTargets = std::vector<HookTarget>;

/// Whom to ask about `opening`, in order: the URLs of the vhost's http_hooks, then those of each http_notify in the
/// order of the file, as far as it is for the client's protocol.
HookTargets openingTargets(const HookContext& context, const std::shared_ptr<const config::VhostConfig>& vhost,
                           const HookEvent& opening);

/// Who is asked beside them, and not obeyed.
HookTargets shadowTargets(const HookContext& context, const std::shared_ptr<const config::VhostConfig>& vhost,
                          const HookEvent& opening);

/// Who hears that `opening` has ended when the first `accepted` of its openingTargets() had said yes, in the same
/// order. Of a block that names URLs for the opening none hears unless one of them had said yes, and then as
/// closingUrlsFor() tells.
HookTargets closingTargets(const HookContext& context, const std::shared_ptr<const config::VhostConfig>& vhost,
                           const HookEvent& opening, std::size_t accepted);

/// When all had said yes.
HookTargets closingTargets(const HookContext& context, const std::shared_ptr<const config::VhostConfig>& vhost,
                           const HookEvent& opening);

/// Who hears of what is made of a stream: of a recording (Dvr), or a segment (Hls).
HookTargets fileTargets(const HookContext& context, const std::shared_ptr<const config::VhostConfig>& vhost,
                        HookAction action);

/// Who hears so often what has come of an opening (Update).
struct UpdateTargets {
    std::int64_t intervalMs = 0;
    HookTargets targets; ///< not empty
};

/// One for each block of the vhost that wants to hear of `opening`, a Publish or Play.
std::vector<UpdateTargets> updateTargets(const HookContext& context,
                                         const std::shared_ptr<const config::VhostConfig>& vhost,
                                         const HookEvent& opening);

/// Which of `closingUrls` hear of the end when the first `accepted` of `openingUrls` had said yes. A closing URL
/// belongs to the opening URL that is the same, else to the one at its place when both lists are equally long; one
/// that belongs to nobody hears of every end.
std::vector<std::string> closingUrlsFor(const std::vector<std::string>& openingUrls, std::size_t accepted,
                                        const std::vector<std::string>& closingUrls);

} // namespace hookcast::hooks
