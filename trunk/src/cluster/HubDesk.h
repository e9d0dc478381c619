#pragma once

#include "cluster/Directory.h"
#include "cluster/PullPlan.h"
#include "cluster/SharedState.h"
#include "hub/Demand.h"
#include "hub/SharedNames.h"
#include "hub/StreamListener.h"
#include "net/Loop.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace hookcast::cluster {

/// What the hub has to say to the cluster, taken on any thread and brought to the node's loop: names that are claimed,
/// published and wanted here.
class HubDesk final : public hub::SharedNames, public hub::Demand, public hub::StreamListener {
  public:
    /// What is worked with, on `loop`; outlives it. `plan` may be null: nothing is pulled then.
    struct Parts {
        net::Loop& loop;
        Directory& directory;
        PullPlan* plan;
    };

    /// `onWork`: on the loop, when there is something to be asked of the others.
    HubDesk(const Parts& parts, std::function<void()> onWork) : parts_(parts), onWork_(std::move(onWork)) {}

    // The node, on its loop.

    /// What isPublishedElsewhere() answers from.
    void learn(const Outcome& outcome, const std::string& node);
    void setDead(std::set<std::string> nodes);

    /// Whoever asks is told that the name is this server's: it ends. Any thread.
    void close() { isClosed_ = true; }

    // hub::SharedNames
    void claim(const Claim& claim, OnClaimed onClaimed) override;
    void move(const Claim& claim, std::function<void()> onMoved) override;
    void release(const Claim& claim) override;
    bool isPublishedElsewhere(const hooks::StreamKey& key) const override;

    // hub::Demand
    void onWanted(const hooks::StreamKey& key) override { setWanted(key, true); }
    void onUnwanted(const hooks::StreamKey& key) override { setWanted(key, false); }

    // hub::StreamListener
    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override;
    void onUnpublish(const hub::PublishedStreamPtr& stream) override;

  private:
    void setWanted(const hooks::StreamKey& key, bool isWanted);
    void setPublished(const hooks::StreamKey& key, const hub::PublishedStreamPtr& stream);

    // given
    Parts parts_;
    std::function<void()> onWork_;
    // state, any thread
    std::atomic<bool> isClosed_{false};
    mutable std::mutex mutex_;                          ///< guards all below
    std::map<hooks::StreamKey, std::string> elsewhere_; ///< what is published there, and on which node
    std::set<std::string> dead_;
};

} // namespace hookcast::cluster
