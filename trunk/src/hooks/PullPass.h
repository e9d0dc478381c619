#pragma once

#include "base/Result.h"
#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// By which one node of a cluster gets a stream from another one without its backends being asked: they were asked on
/// the node that the player came to. It names one stream, both nodes and a time, and is signed with a secret that all
/// nodes share; whoever has read it on its way has the same right to this one stream until it is over, and no other.
struct PullPass {
    /// From its making on.
    static constexpr std::int64_t kValidMs = 30'000;
    /// A longer text is none.
    static constexpr std::size_t kMostBytes = 4096;

    StreamKey key;
    std::string node;               ///< that pulls
    std::string origin;             ///< that is pulled from
    std::uint64_t fence = 0;        ///< of the origin's right to the stream
    std::int64_t expiresUnixMs = 0; ///< by the clock that all nodes share

    bool operator==(const PullPass&) const = default;
};

/// Its text: letters, digits, `-`, `_` and `.`. A name longer than 64 KiB, or an empty secret, is an error. Pure.
base::Result<std::string> signPass(const PullPass& pass, std::string_view secret);

/// What `text` says, if it is signed with `secret`; nothing of it is looked at before. How long the comparison takes
/// tells nothing of the signature. The error holds nothing of the text. Pure.
base::Result<PullPass> readPass(std::string_view text, std::string_view secret);

} // namespace hookcast::hooks
