#pragma once

#include "config/Config.h"
#include "hooks/HookContext.h"
#include "hooks/HookTarget.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// A URL as it is kept with what it is to be told. Secrets, headers and certificates are not: the configuration has
/// them when it is called.
struct KeptTarget {
    std::string url;
    std::string dialect; ///< HookDialect::name()
    config::HttpMethod method = config::HttpMethod::Post;
    config::ClientIdForm clientIdForm = config::ClientIdForm::Integer;
    std::int64_t timeoutMs = 30000;
    std::uint32_t from = 0; ///< of an opening's: it is told of the end once so many of those asked may have said yes

    bool operator==(const KeptTarget&) const = default;
};

using KeptTargets = std::vector<KeptTarget>;

KeptTargets keptTargets(const HookTargets& targets);

/// Who may have to hear of the end of `opening`, about which `asked` URLs are asked one after another.
KeptTargets keptClosings(const HookContext& context, const std::shared_ptr<const config::VhostConfig>& vhost,
                         const HookEvent& opening, std::size_t asked);

/// The target again: under the terms that `config` has for this URL in the vhost named `vhost`; where it has none, as
/// URLs are called by default.
HookTarget restoredTarget(const HookContext& context, const config::Config& config, const std::string& vhost,
                          const KeptTarget& kept);

} // namespace hookcast::hooks
