#pragma once

#include "base/Clock.h"
#include "cluster/Records.h"
#include "cluster/SharedState.h"

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

/// Who a node is, and on which terms it shares.
struct LeaseTerms {
    std::string node;
    std::string incarnation; ///< of this process: no other one has it
    std::int64_t leaseMs = 10'000;
    std::uint32_t maxCaptures = 0;  ///< 0: any number
    std::uint32_t maxInputKbps = 0; ///< 0: any rate
    std::string address = {};       ///< see NodeRecord
};

/// A capture that stands in the configuration.
struct WantedCapture {
    std::string key;  ///< of its stream
    std::string home; ///< the node that it belongs to; empty: any

    bool operator==(const WantedCapture&) const = default;
};

/// By node, captures.
using CapturesByNode = std::map<std::string, std::vector<std::string>>;

/// What an outcome means for others to hear of.
struct LeaseNews {
    CapturesByNode captured;             ///< taken from nodes that are dead or have left
    CapturesByNode released;             ///< given back to the nodes that they belong to
    std::vector<std::string> fenced;     ///< taken by others while this node could not renew
    std::vector<std::string> unreadable; ///< fields whose records have become so: another version's, or a stranger's
    bool isNameTaken = false; ///< another process lives under this node's name; nothing is fetched from now on
};

/// One node's share in who fetches what. Every node runs the same rules on the same shared fields, and none is special.
///
/// A node raises its `beat` again and again; each time that this has worked, it may fetch what it has for a lease from
/// the moment in which it began to send, less a margin. Another node takes what it had only after it has seen the same
/// beat for a whole lease, and only if it still stands there at that moment. So no clock is compared with another one,
/// and it does not matter which hour anybody thinks it is; clocks need only run about equally fast.
///
/// Where the state may have lost something (see Outcome::isNewHistory) everybody's waiting begins anew: for a lease
/// nothing is taken, and who has something writes it again, which is told from what was before by its fencing number.
///
/// Which node takes what nobody has is the same calculation on every one, see shareOut(). A capture with a home goes
/// back there when that is alive: the home fetches it, too, and takes it as soon as it has a picture, see setReady().
///
/// Pure: whoever has it asks for the next exchange, brings its outcome, and fetches what fetched() says at each moment.
/// One thread.
class Leases {
  public:
    /// What of a lease a node leaves unused, so that it has stopped in time: one part of so many.
    static constexpr std::int64_t kMarginPart = 4;
    /// So often it renews within a lease.
    static constexpr std::int64_t kRenewalPart = 4;
    /// So many leases a home waits for a picture of its own before it takes the capture without.
    static constexpr std::int64_t kReadyLeases = 2;
    /// Beats that another process under the node's name lives by: one may be on its way when a process dies.
    static constexpr int kBeatsOfALife = 2;
    /// Captures that it takes in one exchange.
    static constexpr std::size_t kClaimsAtOnce = 500;

    /// `clock` outlives it.
    Leases(LeaseTerms terms, const base::Clock& clock);

    void setWanted(std::vector<WantedCapture> wanted);

    /// What all that it fetches brings in.
    void setInputKbps(std::uint64_t kbps) { inputKbps_ = kbps; }

    /// A capture that it fetches has a picture.
    void setReady(const std::string& capture);

    /// To be sent now; its outcome, or that it failed, comes before the next one.
    Exchange next();
    LeaseNews onOutcome(const Outcome& outcome);
    void onFailure() { asked_.clear(); }

    /// Whether what it fetches has been stopped, and the others may know: to be sent last.
    Exchange farewell();

    /// At this moment: all that it has, nothing when its lease is over, and what it is about to get back.
    std::set<std::string> fetched() const;

    /// When fetched() next changes by itself; the clock's monotonic time. In the past: it does not.
    std::int64_t validUntilMs() const;

    /// The fencing number of a capture that it has; 0: it has not.
    std::uint64_t fenceOf(const std::string& capture) const;

    /// Nodes that live as far as it can tell, itself among them, with what they have.
    struct NodeView {
        NodeRecord record;
        bool isAlive = false;
        std::size_t captures = 0;
    };
    std::map<std::string, NodeView> nodes() const;

    // What else is shared, as far as it is known here.

    /// The value of a field; empty: there is none.
    std::string textOf(const std::string& field) const;

    /// Of which the name begins so; for each (name, value).
    void forEach(std::string_view prefix,
                 const std::function<void(const std::string&, const std::string&)>& each) const;

    CaptureRecord captureRecord(const std::string& capture) const;

    /// Nothing has been heard of it for so many leases, or it has left.
    bool isDead(const std::string& node, std::int64_t leases = 1) const;

    const LeaseTerms& terms() const { return terms_; }
    const std::string& history() const { return history_; }
    /// Whether the node's lease runs.
    bool isValid() const { return clock_.monotonicMs() < validUntilMs_; }
    bool hasJoined() const { return hasJoined_ && !isNameTaken_; }

  private:
    struct Seen {
        std::string text;
        std::int64_t sinceMs = 0; ///< has been so for this long at least
    };
    /// A capture that this node has.
    struct Held {
        std::uint64_t fence = 0;
        std::int64_t validUntilMs = 0; ///< of the lease under which it was last seen to be this node's
    };
    /// Another process under this node's name.
    struct Stranger {
        std::string incarnation;
        std::string text;
        int beats = 0; ///< heard since it was first seen
    };
    struct Asked {
        enum class Kind { Renewal, Claim, Return, Reassertion, Release, Ripening };
        Kind kind;
        std::string capture;
        CaptureRecord record; ///< as written
        std::string text;
        bool isFromDead = false;
    };

    void learn(const Outcome& outcome);
    void forgetAllBut(const std::vector<Field>& fields);
    void noteUnreadable(const Outcome& outcome, LeaseNews& news);
    void settle(const Asked& asked, LeaseNews& news);
    void compareHeld(bool wasValid, LeaseNews& news);
    void updateReturns(bool wasValid);
    void renew(Exchange& exchange);
    void ripen(Exchange& exchange);
    void reassert(Exchange& exchange);
    void release(Exchange& exchange);
    void claim(Exchange& exchange);
    void askFor(Exchange& exchange, const WantedCapture& wanted, Asked::Kind kind);
    void ask(Exchange& exchange, Change change, Asked asked);
    bool isOwnTo(const WantedCapture& wanted) const;
    bool isFree(const CaptureRecord& record) const;
    std::vector<std::string> orphans() const;
    bool isRipe() const { return !history_.empty() && textOf(std::string(kRipeField)) == history_; }
    bool isMine(const CaptureRecord& record) const {
        return record.owner == terms_.node && record.incarnation == terms_.incarnation;
    }
    bool isUnreadable(const std::string& capture) const { return unreadable_.contains(captureField(capture)); }

    // given
    LeaseTerms terms_;
    const base::Clock& clock_;
    // state
    std::map<std::string, WantedCapture> wanted_;
    std::uint64_t inputKbps_ = 0;
    std::map<std::string, Seen> view_; ///< of the shared fields
    std::uint64_t revision_ = 0;
    bool knows_ = false; ///< some outcome has come
    std::string history_;
    std::int64_t historySinceMs_ = 0;
    Stranger stranger_;
    bool hasJoined_ = false;   ///< the node's record is this process's
    bool isNameTaken_ = false; ///< and stays so
    std::int64_t validUntilMs_ = 0;
    std::int64_t renewAtMs_ = 0;
    std::map<std::string, Held> held_;
    std::map<std::string, std::int64_t>
        returns_; ///< of a capture that comes home: since when this node fetches it, too
    std::set<std::string> ready_;
    std::set<std::string> unreadable_; ///< fields; what they say is not touched
    std::vector<Asked> asked_;
    std::int64_t askedAtMs_ = 0;
};

} // namespace hookcast::cluster
