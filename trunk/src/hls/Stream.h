#pragma once

#include "config/Config.h"
#include "hls/Catalogue.h"
#include "hls/MemoryBudget.h"
#include "hls/PlaylistCache.h"
#include "hls/SegmentWindow.h"
#include "hls/WindowWaits.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace hookcast::hls {

/// One stream's segments, from its first publication until they are disposed of. Any thread.
class Stream : public std::enable_shared_from_this<Stream> {
  public:
    Stream(hooks::StreamKey key, std::shared_ptr<const config::VhostConfig> vhost, SegmentWindow::Limits limits)
        : key_(std::move(key)), window_(limits), vhost_(std::move(vhost)) {}

    /// Its names can be found there from now on, and its memory counts. Once, before anything is written; both outlive
    /// this.
    void open(Catalogue& catalogue, MemoryBudget& memory) {
        share_ = std::make_shared<MemoryBudget::Share>(memory, window_);
        window_.addListener(share_);
        listing_ = std::make_shared<Catalogue::Listing>(catalogue, weak_from_this(), key_.vhost);
        window_.addListener(listing_);
        window_.addListener(waits_); // behind it: who has waited finds the name
    }

    const hooks::StreamKey& key() const { return key_; }
    SegmentWindow& window() { return window_; }
    const SegmentWindow& window() const { return window_; }

    /// Who waits for what comes into it.
    WindowWaits& waits() { return *waits_; }

    PlaylistCache& playlists() { return playlists_; }

    /// Of the newest publication.
    std::shared_ptr<const config::VhostConfig> vhost() const {
        const std::lock_guard lock(mutex_);
        return vhost_;
    }
    void setVhost(std::shared_ptr<const config::VhostConfig> vhost) {
        const std::lock_guard lock(mutex_);
        vhost_ = std::move(vhost);
    }

    /// A publication begins: what it gets is the newest until the next one does.
    std::uint64_t beginPublication() {
        const std::lock_guard lock(mutex_);
        return ++publication_;
    }
    bool isNewest(std::uint64_t publication) const {
        const std::lock_guard lock(mutex_);
        return publication == publication_;
    }

  private:
    // given
    hooks::StreamKey key_;
    // owned
    SegmentWindow window_;
    std::shared_ptr<WindowWaits> waits_ = std::make_shared<WindowWaits>();
    PlaylistCache playlists_;
    std::shared_ptr<MemoryBudget::Share> share_;
    std::shared_ptr<Catalogue::Listing> listing_;
    // state
    mutable std::mutex mutex_; ///< guards what is below
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::uint64_t publication_ = 0;
};

/// How a vhost's segments are written: DASH needs MP4, and so do parts.
inline Container containerOf(const config::VhostConfig& vhost) {
    const bool isFmp4 = vhost.hls.usesFmp4 || vhost.hls.lowLatency || vhost.dash.enabled;
    return isFmp4 ? Container::Fmp4 : Container::Ts;
}

/// Where a vhost has both, HLS's counts.
inline std::int64_t fragmentMsOf(const config::VhostConfig& vhost) {
    return vhost.hls.enabled || !vhost.dash.enabled ? vhost.hls.fragmentMs : vhost.dash.fragmentMs;
}

using StreamPtr = std::shared_ptr<Stream>;

} // namespace hookcast::hls
