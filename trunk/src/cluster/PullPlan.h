#pragma once

#include "cluster/Directory.h"
#include "cluster/Leases.h"
#include "cluster/Puller.h"
#include "hooks/StreamKey.h"
#include "hub/StreamListener.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace hookcast::cluster {

/// Which streams are to be pulled, and from where: what somebody wants to play here, and another node has. One thread.
class PullPlan {
  public:
    /// All of them outlive it.
    PullPlan(const Directory& directory, const Leases& leases, Puller& puller)
        : directory_(directory), leases_(leases), puller_(puller) {}

    void setWanted(const hooks::StreamKey& key, bool isWanted);

    /// Somebody publishes it here by now; null: nobody does any more. No pulls.
    void setPublished(const hooks::StreamKey& key, const hub::PublishedStreamPtr& stream);

    /// What has been heard may be news for each of them.
    void update();

    /// Whether a capture of this server brings it at this moment, and somebody plays that.
    bool isPlayedFromCapture(const hooks::StreamKey& key) const;

    /// Whether, since the last call, something has come to be wanted of which nobody here knows where it is.
    bool takeCuriosity() { return std::exchange(isCurious_, false); }

  private:
    void decide(const hooks::StreamKey& key);
    bool isPublishedHere(const hooks::StreamKey& key) const;

    // given
    const Directory& directory_;
    const Leases& leases_;
    Puller& puller_;
    // state
    std::set<hooks::StreamKey> wanted_;
    std::map<hooks::StreamKey, hub::PublishedStreamPtr> published_;
    std::map<hooks::StreamKey, std::optional<Origin>> pulled_; ///< and from where
    bool isCurious_ = false;
};

} // namespace hookcast::cluster
