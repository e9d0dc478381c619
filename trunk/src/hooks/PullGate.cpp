#include "hooks/PullGate.h"

#include "base/Log.h"

#include <fmt/format.h>

namespace hookcast::hooks {

base::Result<PullRightPtr> PullGate::judge(std::string_view pass) const {
    if (terms_.secret.empty()) return base::Error{"this server has no cluster_secret, and serves no other node"};
    base::Result<PullPass> read = readPass(pass, terms_.secret);
    if (!read) return read.error();
    PullPass& named = read.value();
    const std::string from = fmt::format("the pass of node {} ", base::printable(named.node));
    if (named.origin != terms_.node)
        return base::Error{fmt::format("{}is for node {}", from, base::printable(named.origin))};
    const std::int64_t leftMs = named.expiresUnixMs - terms_.nowUnixMs();
    if (leftMs <= 0) return base::Error{from + "is too old"};
    // Whoever signs has the same clock; twice as much is more than any way to look at it can be off.
    if (leftMs > 2 * PullPass::kValidMs) return base::Error{from + "is of a time that has not come"};
    const std::uint64_t fence = terms_.fenceOf(named.key);
    if (fence == 0)
        return base::Error{
            fmt::format("{}is for {}, which is not this node's", from, base::printable(named.key.text()))};
    if (fence != named.fence)
        return base::Error{fmt::format("{}is for {} by fence {}, and this node has it by {}", from,
                                       base::printable(named.key.text()), named.fence, fence)};
    return PullRightPtr(new PullRight(HookAction::Play, std::move(named.key), std::move(named.node)));
}

} // namespace hookcast::hooks
