#include "vod/Snapshots.h"

#include "media/StillPicture.h"

#include <exception>
#include <utility>

namespace hookcast::vod {

void Snapshots::take(const hooks::StreamKey& key, OnSnapshot onSnapshot) {
    control::Snapshot fresh;
    {
        const std::lock_guard lock(mutex_);
        const std::int64_t nowMs = clock_.monotonicMs();
        std::erase_if(entries_, [nowMs](const auto& entry) {
            return !entry.second.isBeingMade && nowMs - entry.second.takenAtMs.value_or(nowMs) >= kFreshMs;
        });
        Entry& entry = entries_[key];
        if (entry.isBeingMade || !entry.takenAtMs) {
            entry.waiting.push_back(std::move(onSnapshot));
            if (std::exchange(entry.isBeingMade, true)) return;
            decoding_.post([this, key] { make(key); });
            return;
        }
        fresh = entry.snapshot;
    }
    onSnapshot(fresh);
}

void Snapshots::make(const hooks::StreamKey& key) {
    control::Snapshot snapshot;
    try {
        snapshot = decode(key);
    } catch (const std::exception& e) {
        log_.error("snapshots", "internal error: {}", e.what());
        snapshot = {control::Snapshot::Outcome::Broken, nullptr};
    }
    std::vector<OnSnapshot> waiting;
    {
        const std::lock_guard lock(mutex_);
        Entry& entry = entries_[key];
        entry.takenAtMs = clock_.monotonicMs();
        entry.snapshot = snapshot;
        entry.isBeingMade = false;
        waiting = std::exchange(entry.waiting, {});
    }
    for (const OnSnapshot& one : waiting) one(snapshot);
}

control::Snapshot Snapshots::decode(const hooks::StreamKey& key) {
    const std::optional<Picture> picture = find_(key);
    if (!picture) return {};
    auto jpeg = media::jpegOf(picture->config.get(), *picture->keyframe);
    if (!jpeg) {
        log_.warn("snapshots", "no picture of '{}': {}", base::printable(key.text()), jpeg.error().message);
        return {control::Snapshot::Outcome::Broken, nullptr};
    }
    return {control::Snapshot::Outcome::Picture, std::make_shared<const std::string>(jpeg.take())};
}

} // namespace hookcast::vod
