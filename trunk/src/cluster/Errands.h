#pragma once

#include "base/Clock.h"
#include "cluster/Directory.h"
#include "cluster/Leases.h"
#include "cluster/SharedState.h"
#include "control/ClusterDesk.h"
#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::cluster {

/// What one node asks another one to do: to end who publishes a stream there.
struct ErrandRecord {
    std::uint64_t fence = 0;      ///< by which that node has the name: one that it has taken since is another one
    std::int64_t untilUnixMs = 0; ///< of the state's server; nothing is done for it later
    hooks::StreamKey stream;

    std::string text() const;

    /// Nothing where the text is none of ours.
    static std::optional<ErrandRecord> read(std::string_view text);

    bool operator==(const ErrandRecord&) const = default;
};

/// Errands between nodes. One is a field that stands under the name of the node that it is for. That node takes it away
/// with its next exchange and does it; by the field's end the one who asked knows. Who gets no answer in time takes it
/// away himself. What is left of a node that died in between is taken away by the node that it was for.
///
/// Pure, as Directory is: whoever has it adds its changes to an exchange, behind those of Leases and Directory, and
/// brings what came of them. One thread.
class Errands {
  public:
    static constexpr std::int64_t kPatienceMs = 5000;
    /// That are on their way from here.
    static constexpr std::size_t kMostOpen = 64;
    /// That are taken in one exchange.
    static constexpr std::size_t kMostTaken = 100;

    using OnEnd = std::function<void(control::RemoteKick)>;
    /// Ends who publishes it here. Called within addTo().
    using Evict = std::function<void(const hooks::StreamKey&)>;

    /// What it refers to outlives it.
    Errands(const Leases& leases, const Directory& directory, const base::Clock& clock, Evict evict);

    /// Has who publishes `key` on another node ended there.
    void kick(const hooks::StreamKey& key, OnEnd onEnd);

    void addTo(Exchange& exchange);

    /// `applied`: of its own changes. Leases has heard of the outcome before.
    void onOutcome(const Outcome& outcome, const std::vector<bool>& applied);
    void onFailure();

    /// Whether something waits for the next exchange.
    bool isInHaste() const;

  private:
    struct Open {
        std::string node;
        std::string text;
        std::int64_t untilMs = 0;
        bool isSent = false; ///< it stands there, as far as is known
        OnEnd onEnd;
    };
    struct Owner {
        std::string node;
        std::uint64_t fence = 0;
    };

    std::optional<Owner> ownerOf(const hooks::StreamKey& key) const;
    bool isOwn(const ErrandRecord& errand) const;
    void take(Exchange& exchange);
    void end(const std::string& field, control::RemoteKick::Outcome outcome);
    void endOverdue();

    // given
    const Leases& leases_;
    const Directory& directory_;
    const base::Clock& clock_;
    Evict evict_;
    // state
    std::uint64_t last_ = 0;
    std::map<std::string, Open> open_; ///< by field
    std::set<std::string> done_;       ///< fields of errands that were done here, until they are gone
    std::vector<std::string> asked_;   ///< fields, by change; empty: one of another node's
};

} // namespace hookcast::cluster
