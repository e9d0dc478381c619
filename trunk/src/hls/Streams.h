#pragma once

#include "base/Log.h"
#include "config/CurrentConfig.h"
#include "hls/Catalogue.h"
#include "hls/FileOwners.h"
#include "hls/MemoryBudget.h"
#include "hls/SegmentOutputs.h"
#include "hls/Stream.h"
#include "hooks/StreamKey.h"
#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"
#include "net/Loop.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace hookcast::hls {

/// All streams that are segmented, or were and can still be fetched. Gives each publication of a vhost with HLS (or
/// DASH) a Segmenter. Any thread; outlives every publication.
class Streams final : public hub::StreamListener {
  public:
    /// The others outlive this.
    Streams(base::Log& log, const config::CurrentConfig& config) : log_(log), config_(config) {}

    /// Before anything is published; what is made of segments beside serving them, where they are published.
    void setOutputs(SegmentOutputs& outputs) { outputs_ = &outputs; }

    // hub::StreamListener
    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override;
    void onUnpublish(const hub::PublishedStreamPtr& stream) override;
    bool hearsOfPulls() const override { return true; }

    /// Null where there is nothing of it.
    StreamPtr find(const hooks::StreamKey& key) const;

    std::vector<StreamPtr> all() const;

    /// Whatever can be fetched, by its name.
    const Catalogue& catalogue() const { return catalogue_; }

    /// Which of them writes which file.
    const std::shared_ptr<FileOwners>& fileOwners() const { return fileOwners_; }

    /// What has been served of them since the start.
    struct Figures {
        std::atomic<std::uint64_t> viewers{0}; ///< now
        std::atomic<std::uint64_t> refused{0}; ///< viewers beyond limits.hls_viewers
        std::atomic<std::uint64_t> requests{0};
        std::atomic<std::uint64_t> sentBytes{0};
    };
    Figures& figures() { return figures_; }

    const MemoryBudget& memory() const { return memory_; }

  private:
    SegmentOutputs* outputsOf(const hub::PublishedStream& stream) const;
    void endLater(net::Loop& loop, const StreamPtr& stream, std::uint64_t publication);
    void heedReload(Stream& stream) const;
    void dispose(Stream& stream);
    StreamPtr findOrCreate(const hub::PublishedStream& stream);

    // given
    base::Log& log_;
    const config::CurrentConfig& config_;
    SegmentOutputs* outputs_ = nullptr; ///< null: none
    // owned
    Catalogue catalogue_; ///< outlives the streams, as does the next
    MemoryBudget memory_{log_, config_};
    std::shared_ptr<FileOwners> fileOwners_ = std::make_shared<FileOwners>();
    // state
    Figures figures_;
    mutable std::mutex mutex_; ///< guards what is below
    std::map<hooks::StreamKey, StreamPtr> streams_;
};

} // namespace hookcast::hls
