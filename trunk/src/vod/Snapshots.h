#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "base/Result.h"
#include "base/WorkerThread.h"
#include "control/SnapshotDesk.h"
#include "hub/NewestKeyframes.h"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::vod {

/// Pictures of streams as they are now: the newest keyframe, decoded on a thread of its own. A picture is kept for
/// kFreshMs; who asks meanwhile, or while it is being made, gets the same one. Any thread.
class Snapshots final : public control::SnapshotDesk {
  public:
    static constexpr std::int64_t kFreshMs = 1000;

    using Picture = hub::NewestKeyframes::Picture;

    /// Tells what a stream has shown last; any thread.
    using Find = std::function<std::optional<Picture>(const hooks::StreamKey&)>;

    /// `clock` and `log` outlive it.
    Snapshots(Find find, const base::Clock& clock, base::Log& log)
        : find_(std::move(find)), clock_(clock), log_(log), decoding_(log, "snapshots") {}

    void take(const hooks::StreamKey& key, OnSnapshot onSnapshot) override;

  private:
    struct Entry {
        std::optional<std::int64_t> takenAtMs{};
        control::Snapshot snapshot;
        bool isBeingMade = false;
        std::vector<OnSnapshot> waiting;
    };

    void make(const hooks::StreamKey& key);
    control::Snapshot decode(const hooks::StreamKey& key);

    // given
    Find find_;
    const base::Clock& clock_;
    base::Log& log_;
    // state
    mutable std::mutex mutex_; ///< guards all below
    std::map<hooks::StreamKey, Entry> entries_;
    // owned; last, as what it runs uses all of the above
    base::WorkerThread decoding_;
};

} // namespace hookcast::vod
