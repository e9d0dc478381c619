#include "cluster/PullPlan.h"

namespace hookcast::cluster {

void PullPlan::setWanted(const hooks::StreamKey& key, bool isWanted) {
    if (isWanted) {
        wanted_.insert(key);
        decide(key);
        isCurious_ = isCurious_ || (!isPublishedHere(key) && !pulled_.contains(key));
        return;
    }
    wanted_.erase(key);
    if (pulled_.erase(key) > 0) puller_.release(key);
}

void PullPlan::setPublished(const hooks::StreamKey& key, const hub::PublishedStreamPtr& stream) {
    if (stream != nullptr)
        published_.insert_or_assign(key, stream);
    else
        published_.erase(key);
    decide(key);
}

void PullPlan::update() {
    for (const hooks::StreamKey& key : wanted_) decide(key);
}

void PullPlan::decide(const hooks::StreamKey& key) {
    const auto pulled = pulled_.find(key);
    if (isPublishedHere(key)) {
        if (pulled == pulled_.end()) return;
        pulled_.erase(pulled);
        puller_.end(key, "published here");
        return;
    }
    if (!wanted_.contains(key)) return;
    const std::optional<Origin> origin = directory_.originOf(key);
    if (origin) {
        if (pulled != pulled_.end() && pulled->second == origin) return;
        pulled_.insert_or_assign(key, origin);
        puller_.pull(key, origin);
    } else if (pulled == pulled_.end()) {
        return;
    } else if (!directory_.isExpected(key)) {
        pulled_.erase(pulled);
        puller_.end(key, "nobody publishes it any more");
    } else if (pulled->second) {
        pulled->second.reset();
        puller_.pull(key, std::nullopt);
    }
}

/// A capture that another node has by now does not count: its players are about to be led there.
bool PullPlan::isPublishedHere(const hooks::StreamKey& key) const {
    const auto published = published_.find(key);
    if (published == published_.end()) return false;
    return !published->second->fetchedBy.isCapture() || leases_.fetched().contains(key.text());
}

bool PullPlan::isPlayedFromCapture(const hooks::StreamKey& key) const {
    const auto published = published_.find(key);
    return wanted_.contains(key) && published != published_.end() && published->second->fetchedBy.isCapture();
}

} // namespace hookcast::cluster
