#pragma once

#include "base/Result.h"
#include "hooks/PullPass.h"
#include "hooks/PullRight.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// Who pulls streams from this server, as a node of a cluster.
struct PullTerms {
    std::string secret; ///< of all nodes
    std::string node;   ///< this one's name
    /// By a clock that all nodes share. Any thread.
    std::function<std::int64_t()> nowUnixMs;
    /// The fencing number of this node's right to a stream; 0: it has none. Any thread; does not block.
    std::function<std::uint64_t(const StreamKey&)> fenceOf;
};

/// Judges the passes of other nodes. Any thread, once it is made.
class PullGate {
  public:
    /// Nobody pulls from this server.
    PullGate() = default;
    explicit PullGate(PullTerms terms) : terms_(std::move(terms)) {}

    /// What the bearer of this pass may do. An error says why nothing, for the log; it holds nothing of the pass.
    base::Result<PullRightPtr> judge(std::string_view pass) const;

  private:
    PullTerms terms_;
};

} // namespace hookcast::hooks
