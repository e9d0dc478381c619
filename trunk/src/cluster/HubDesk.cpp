#include "cluster/HubDesk.h"

#include "cluster/Records.h"

#include <optional>
#include <utility>

namespace hookcast::cluster {

void HubDesk::learn(const Outcome& outcome, const std::string& node) {
    const std::lock_guard lock(mutex_);
    if (outcome.isNewHistory || outcome.isComplete) elsewhere_.clear();
    for (const Field& field : outcome.news) {
        const std::optional<hooks::StreamKey> key = streamOf(field.name);
        if (!key) continue;
        const std::optional<StreamRecord> record = StreamRecord::read(field.value);
        if (record && record->owner != node && record->state != StreamRecord::State::Asked)
            elsewhere_.insert_or_assign(*key, record->owner);
        else
            elsewhere_.erase(*key);
    }
}

void HubDesk::setDead(std::set<std::string> nodes) {
    const std::lock_guard lock(mutex_);
    dead_ = std::move(nodes);
}

bool HubDesk::isPublishedElsewhere(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = elsewhere_.find(key);
    return found != elsewhere_.end() && !dead_.contains(found->second);
}

void HubDesk::claim(const Claim& claim, OnClaimed onClaimed) {
    if (isClosed_) {
        onClaimed(Standing::Here);
        return;
    }
    parts_.loop.post([this, claim, onClaimed = std::move(onClaimed)] {
        parts_.directory.claim(claim, onClaimed);
        onWork_();
    });
}

void HubDesk::move(const Claim& claim, std::function<void()> onMoved) {
    if (isClosed_) {
        onMoved();
        return;
    }
    parts_.loop.post([this, claim, onMoved = std::move(onMoved)] {
        parts_.directory.move(claim, onMoved);
        onWork_();
    });
}

void HubDesk::release(const Claim& claim) {
    parts_.loop.post([this, claim] {
        parts_.directory.release(claim);
        onWork_();
    });
}

void HubDesk::setWanted(const hooks::StreamKey& key, bool isWanted) {
    if (parts_.plan == nullptr) return;
    parts_.loop.post([this, key, isWanted] {
        parts_.plan->setWanted(key, isWanted);
        onWork_();
    });
}

void HubDesk::onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& /*publication*/) {
    setPublished(stream->key, stream);
}

void HubDesk::onUnpublish(const hub::PublishedStreamPtr& stream) {
    setPublished(stream->key, nullptr);
}

void HubDesk::setPublished(const hooks::StreamKey& key, const hub::PublishedStreamPtr& stream) {
    parts_.loop.post([this, key, stream] {
        parts_.directory.setPublished(key, stream);
        if (parts_.plan != nullptr) parts_.plan->setPublished(key, stream);
        onWork_();
    });
}

} // namespace hookcast::cluster
