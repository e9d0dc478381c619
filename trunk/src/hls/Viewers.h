#pragma once

#include "base/Result.h"
#include "base/SharedValues.h"
#include "hls/Streams.h"
#include "hls/Viewer.h"
#include "hls/ViewerPass.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "net/Rhythms.h"
#include "visits/Services.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hookcast::hls {

/// All viewers. Each lives on the loop of his first request; whoever he is, is known on all of them. Any thread; there
/// is no viewer any more when it dies.
class Viewers {
  public:
    /// The others outlive this; `loops` run.
    Viewers(visits::Services& services, Streams& streams, net::ConnectionBudget& budget,
            std::span<const std::unique_ptr<net::Loop>> loops);
    ~Viewers();
    Viewers(const Viewers&) = delete;
    Viewers& operator=(const Viewers&) = delete;

    /// A new viewer, on `loop`, the current one: the backends are asked. With a token of his own, or found by
    /// `identity` where that is not null, or by neither. An error: which limit there is no room for him within.
    base::Result<ViewerPassPtr> open(const Viewer::Wanted& wanted, net::Loop& loop, bool hasToken,
                                     const ViewerPass::Identity* identity = nullptr);

    /// By his token; null: it is nobody's, or not any more.
    ViewerPassPtr find(std::string_view token) const;

    /// By all of it; null likewise.
    ViewerPassPtr find(const ViewerPass::Identity& identity) const;

    /// Whoever watches the stream from there by such a player, as a request for a segment without a token tells no
    /// more of him. Null: nobody does.
    ViewerPassPtr findAny(const ViewerPass::Identity& identity) const;

    /// The last request of `pass` has ended: he is looked at on his loop.
    void noteAbandoned(const ViewerPassPtr& pass);

    /// He has got all that he was let in for.
    void end(const ViewerPassPtr& pass, const std::string& reason);

    /// Ends those on vhosts that `isGone` says so of; returns when they are destroyed. Not on a loop.
    void endVhosts(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);

  private:
    using ViewerPtr = std::shared_ptr<Viewer>;

    /// The viewers of one loop, on it only.
    struct Home final : net::Rhythms::Member {
        Home(Viewers& itsOwner, net::Loop& itsLoop) : owner(itsOwner), loop(itsLoop) {}

        void add(ViewerPtr viewer);
        void remove(Viewer& viewer);

        // net::Rhythms::Member
        void onBeat() override;

        Viewers& owner;
        net::Loop& loop;
        std::unordered_map<const ViewerPass*, ViewerPtr> viewers;
        bool beats = false;
    };

    /// A pass is told by the token that it has itself.
    struct ByToken {
        using is_transparent = void;

        static std::string_view tokenOf(std::string_view token) { return token; }
        static std::string_view tokenOf(const ViewerPassPtr& pass) { return pass->token(); }
        std::size_t operator()(const auto& one) const { return std::hash<std::string_view>()(tokenOf(one)); }
        bool operator()(const auto& one, const auto& other) const { return tokenOf(one) == tokenOf(other); }
    };

    /// By token, so that loops seldom wait for each other.
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_set<ViewerPassPtr, ByToken, ByToken> passes;
    };
    static constexpr std::size_t kShards = 16;

    using Identities = std::multimap<ViewerPass::Identity, ViewerPassPtr>;

    Home& homeOf(const net::Loop& loop);
    Shard& shardOf(std::string_view token);
    void enter(const ViewerPassPtr& pass, const ViewerPass::Identity* identity);
    void forget(const ViewerPassPtr& pass);

    // given
    visits::Services& services_;
    Streams& streams_;
    net::ConnectionBudget& budget_;
    // owned
    std::vector<std::unique_ptr<Home>> homes_;
    // state
    base::SharedValues<hooks::StreamKey> keys_;
    std::array<Shard, kShards> shards_;
    mutable std::mutex identitiesMutex_; ///< guards what is below
    Identities identities_;
    std::unordered_map<const ViewerPass*, Identities::iterator> identityOf_;
};

} // namespace hookcast::hls
