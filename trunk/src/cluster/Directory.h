#pragma once

#include "base/Clock.h"
#include "cluster/Leases.h"
#include "cluster/Puller.h"
#include "cluster/Records.h"
#include "cluster/SharedState.h"
#include "hooks/StreamKey.h"
#include "hub/SharedNames.h"
#include "hub/StreamListener.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::cluster {

/// A stream that is to end here, as its name is another node's.
struct LostName {
    hooks::StreamKey key;
    std::string node;     ///< that has it now
    bool isOlder = false; ///< it was taken there before it was here, while the nodes did not hear of each other
};

/// Which node has which stream: the names that clients publish under on this node, and where those are that are wanted
/// here. What captures fetch is a matter of Leases: whoever has a capture has its stream.
///
/// A name is taken by a record in the shared fields, in one step: whoever finds another living node's there has not got
/// it. While the state does not answer, names are taken without it; when it answers again, of two nodes that have one
/// name the one that has wanted it for longer keeps it. All times are those of the state's server.
///
/// Pure, as Leases is, and on the same terms: whoever has it adds its changes to an exchange, and brings what came of
/// them. One thread.
class Directory {
  public:
    /// Changes in one exchange.
    static constexpr std::size_t kMostChanges = 500;
    /// Leases that a dead node's names stay, for those who wait for it.
    static constexpr std::int64_t kSweepLeases = 2;

    /// Both outlive it.
    Directory(const Leases& leases, const base::Clock& clock) : leases_(leases), clock_(clock) {}

    // What this server does with names; see hub::SharedNames. Callbacks are called within these or within onOutcome()
    // and onFailure().

    void claim(const hub::SharedNames::Claim& claim, hub::SharedNames::OnClaimed onClaimed);
    void move(const hub::SharedNames::Claim& claim, std::function<void()> onMoved);
    void release(const hub::SharedNames::Claim& claim);

    /// Somebody publishes here by now; null: nobody does any more. No pulls.
    void setPublished(const hooks::StreamKey& key, const hub::PublishedStreamPtr& stream);

    /// For so long nothing has come of what is published here that it may be replaced where takeover is `stale`.
    void setStale(const hooks::StreamKey& key, bool isStale);

    // The exchange, behind that of Leases.

    void addTo(Exchange& exchange);

    /// `applied`: of its own changes. Leases has heard of the outcome before.
    std::vector<LostName> onOutcome(const Outcome& outcome, const std::vector<bool>& applied);
    void onFailure();

    /// Whether something waits for the next exchange.
    bool isInHaste() const { return !urgent_.empty() && leases_.hasJoined(); }

    /// Adds that nothing is this node's any more: to be sent last.
    void leave(Exchange& exchange) const;

    /// Names that were taken since the last call although nobody could be asked.
    std::vector<hooks::StreamKey> takeUnchecked() { return std::exchange(unchecked_, {}); }

    // Where streams are.

    /// The node that has it, if that lives, is another one, and publishes it.
    std::optional<Origin> originOf(const hooks::StreamKey& key) const;

    /// Whether it may come again: somebody has it, or a capture of that name is wanted, though nobody lives who has it.
    bool isExpected(const hooks::StreamKey& key) const;

    /// Of the names that are this node's, those of its captures among them.
    std::map<hooks::StreamKey, std::uint64_t> fences() const;

    /// The clock of the state's server, as far as it has told it.
    std::int64_t nowUnixMs() const;

  private:
    struct Wanted {
        bool isOpen() const { return onClaimed || onMoved; }

        hub::SharedNames::Claim claim;
        hub::SharedNames::OnClaimed onClaimed; ///< until it is answered
        std::function<void()> onMoved;         ///< while it waits for that
        bool isFresh = false;                  ///< no exchange has been sent since it came
    };
    struct Held {
        std::uint64_t fence = 0;
        std::string history; ///< in which it is known to be so; empty: in none
    };
    struct Name {
        bool isPublishedByClient() const { return published != nullptr && !published->fetchedBy.isCapture(); }

        std::map<std::uint64_t, Wanted> claims; ///< by reservation; those of captures are none of these
        std::optional<Held> held;
        std::int64_t sinceMs = 0;
        hub::PublishedStreamPtr published;
        hub::PublishedStreamPtr lost; ///< that has been told of
        bool isStale = false;
    };
    enum class Standing : std::uint8_t { Free, Ours, Theirs };

    struct Found {
        std::string field;
        std::string text;
        std::optional<StreamRecord> record;
        Standing standing = Standing::Free;
    };

    Found find(const hooks::StreamKey& key) const;
    std::string captureOwner(const hooks::StreamKey& key) const;
    bool isAlive(const std::string& node, const std::string& incarnation) const;
    /// Nobody can be asked, or would know whose the answer is.
    bool isAlone() const { return isAway_ || !leases_.hasJoined(); }
    bool isOwnersField(const std::string& text) const;
    void plan(Exchange& exchange, const hooks::StreamKey& key, const Name& name);
    void write(Exchange& exchange, const hooks::StreamKey& key, const Name& name, const Found& found,
               std::uint64_t fence);
    void remove(Exchange& exchange, const hooks::StreamKey& key, const Found& found);
    Change conditionsOf(const Found& found) const;
    void compare(const hooks::StreamKey& key, Name& name, std::vector<LostName>& lost);
    void answer(const hooks::StreamKey& key, Name& name);
    std::optional<base::Result<hub::SharedNames::Standing>> answerTo(const Wanted& wanted, const Found& found,
                                                                     const hooks::StreamKey& key) const;
    void grant(const hooks::StreamKey& key, Name& name);
    void grantAll();
    void sweep();
    void forgetIfIdle(const hooks::StreamKey& key);
    bool isOlder(const Name& name, const StreamRecord& other) const;
    static bool wantsRecord(const Name& name);
    static StreamRecord::State stateOf(const Name& name);

    // given
    const Leases& leases_;
    const base::Clock& clock_;
    // state
    std::map<hooks::StreamKey, Name> names_;
    std::set<hooks::StreamKey> urgent_;     ///< of these something may have to be asked
    std::set<hooks::StreamKey> considered_; ///< of these the next outcome may tell something
    std::vector<hooks::StreamKey> asked_;   ///< by change
    std::vector<hooks::StreamKey> unchecked_;
    bool isAway_ = false; ///< the state has not answered last time
    std::string history_;
    std::optional<std::int64_t> clockOffsetMs_; ///< of the server's clock, from this process's monotonic time
    std::int64_t sweptAtMs_ = 0;
};

} // namespace hookcast::cluster
