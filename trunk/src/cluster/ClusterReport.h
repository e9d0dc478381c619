#pragma once

#include "base/Clock.h"
#include "cluster/Directory.h"
#include "cluster/Errands.h"
#include "cluster/Leases.h"
#include "cluster/SharedState.h"
#include "control/ClusterDesk.h"
#include "hub/StreamRegistry.h"
#include "net/Loop.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace hookcast::cluster {

/// What a node tells the control interface of its cluster, and does for it.
class ClusterReport final : public control::ClusterDesk {
  public:
    /// What it works with; outlives it. `loop`: whose the rest is.
    struct Parts {
        net::Loop& loop;
        const Leases& leases;
        const Directory& directory;
        hub::StreamRegistry& streams;
        const base::Clock& clock;
    };
    /// What is pulled from other nodes. Any thread.
    using Pulls = std::function<std::vector<control::ClusterView::Pull>()>;
    /// Somebody on another node has the publisher of this stream ended here, which follows. On the loop.
    using OnKick = std::function<void(const hooks::StreamKey&)>;

    /// `onHaste`: called on the loop when something waits for the next exchange.
    ClusterReport(const Parts& parts, std::function<void()> onHaste);

    /// Before the first question.
    void showPulls(Pulls pulls) { pulls_ = std::move(pulls); }

    /// Before the node starts.
    void tellKicks(OnKick onKick) { onKick_ = std::move(onKick); }

    // ClusterDesk
    void view(const control::Slice& slice, std::function<void(control::ClusterView)> onView) override;
    control::ClusterFigures figures() const override;
    void kick(const hooks::StreamKey& key, std::function<void(control::RemoteKick)> onEnd) override;

    // Of an exchange, on the loop; as Directory's, and behind it.
    void addTo(Exchange& exchange) { errands_.addTo(exchange); }
    void onOutcome(const Outcome& outcome, const std::vector<bool>& applied);
    void onFailure();
    bool isInHaste() const { return errands_.isInHaste(); }

  private:
    control::ClusterView viewNow(const control::Slice& slice) const;
    void noteAnswer(bool isUp);
    void count();
    void evict(const hooks::StreamKey& key);

    // given
    Parts parts_;
    std::function<void()> onHaste_;
    Pulls pulls_;
    OnKick onKick_;
    // state, on the loop
    Errands errands_;
    bool isRedisUp_ = false;
    std::int64_t redisSinceMs_;
    std::int64_t countedAtMs_ = 0;
    // state, any thread
    mutable std::mutex mutex_; ///< guards all below
    control::ClusterFigures figures_;
};

} // namespace hookcast::cluster
