#pragma once

#include "base/Log.h"
#include "base/LogGate.h"
#include "base/WorkerThread.h"
#include "config/CurrentConfig.h"
#include "hls/DiskStream.h"
#include "hls/SegmentOutputs.h"
#include "hls/SegmentTeller.h"
#include "hls/SegmentWindow.h"
#include "hls/Stream.h"
#include "hooks/HookContext.h"
#include "hooks/ServerEvent.h"
#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"
#include "net/Loop.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hls {

/// What every output needs; outlives all of them and all that they have posted.
struct OutputContext {
    hooks::EventSink& events;
    base::Log& log;
    const config::CurrentConfig& config;
    base::WorkerThread& disk;
    std::shared_ptr<FileOwners> owners;
    hooks::OpenJobs open; ///< segments that are not told yet
    std::atomic<std::uint64_t> segmentsLeftOut{0};
};

/// What is made of one stream's segments beside serving them: files, and what backends are told of each, in this order.
/// It survives the stream's publications, one at a time.
///
/// Bound: segments that wait for the disk, by limits.hls_queue; one that finds no room is not written, is a gap in the
/// playlist on the disk, and counts.
class Output final : public WindowListener, public std::enable_shared_from_this<Output> {
  public:
    static constexpr std::int64_t kLeftOutLogMs = 10'000;

    Output(OutputContext& context, const StreamPtr& stream)
        : context_(context), key_(stream->key()), stream_(stream), leftOutGate_(kLeftOutLogMs) {}

    /// A publication begins, on its loop. `teller` is its own.
    void begin(hub::PublishedStreamPtr stream, hub::Publication& publication, std::shared_ptr<SegmentTeller> teller);

    /// It ends, on its loop: it cannot be evicted any more.
    void end();

    /// Whether what is on the disk of before the start is not known yet; then it is looked at, or with hls_recover off
    /// removed, and `onReady` is called on the publication's loop. After begin().
    bool recover(SegmentOutputs::OnReady onReady);

    /// What it is an output of; null once that is gone.
    StreamPtr stream() const { return stream_.lock(); }

    // WindowListener
    void onSegment(const SegmentPtr& segment) override;
    void onChange(const WindowViewPtr& view) override;

  private:
    /// One publication, for as long as something of it is to be written or told.
    struct Publishing {
        Publishing(hub::PublishedStreamPtr of, hub::Publication& running, std::shared_ptr<SegmentTeller> tells)
            : stream(std::move(of)), loop(running.loop()), teller(std::move(tells)), publication(&running) {}

        const config::HlsConfig& hls() const { return stream->vhost->hls; }
        bool writesFiles() const { return hls().enabled && !hls().path.empty() && !hasGivenUp; }
        const std::string& who() const { return stream->opening.client->logName(); }

        hub::PublishedStreamPtr stream;
        net::Loop& loop;
        std::shared_ptr<SegmentTeller> teller;
        hub::Publication* publication;       ///< on the loop only; null once it has ended
        std::atomic<bool> hasGivenUp{false}; ///< hls_on_error ignore: no more files
    };
    using PublishingPtr = std::shared_ptr<Publishing>;

    enum class Recovery : std::uint8_t { Due, UnderWay, Done };

    /// What the disk thread does next.
    struct Step {
        enum class Kind : std::uint8_t { Segment, LeftOut, Ended, Disposed };

        Kind kind = Kind::Segment;
        PublishingPtr publishing;
        SegmentPtr segment; ///< of LeftOut without bytes
    };

    PublishingPtr publishing() const;
    std::shared_ptr<const RecoveredStream> lookBack(const Publishing& publishing);
    DiskStream& diskFor(const Publishing& publishing);
    void push(Step step, std::unique_lock<std::mutex> lock);
    void leaveOut(const PublishingPtr& publishing);
    void drain();
    void work(const std::deque<Step>& steps);
    bool take(const Step& step);
    void writePlaylist(const PublishingPtr& publishing);
    void noteOutcome(const PublishingPtr& publishing, const base::Result<void>& outcome);
    void obey(const PublishingPtr& publishing);
    void tell(const PublishingPtr& publishing, const SegmentPtr& segment, bool isWritten);

    // given
    OutputContext& context_;
    hooks::StreamKey key_;
    std::weak_ptr<Stream> stream_;
    // owned
    std::unique_ptr<DiskStream> disk_; ///< on the disk thread only; null before its first work
    // state, of the disk thread
    bool isInTrouble_ = false;
    // state
    mutable std::mutex mutex_; ///< guards what is below
    PublishingPtr publishing_; ///< the newest
    Recovery recovery_ = Recovery::Due;
    std::vector<std::pair<net::Loop*, SegmentOutputs::OnReady>> waiting_; ///< while it is under way
    base::LogGate leftOutGate_;
    std::int64_t targetDurationMs_ = 0;
    bool hasEnded_ = false;
    bool hasSegments_ = false;
    std::deque<Step> steps_;
    std::size_t waitingBytes_ = 0; ///< of steps_, and of what the disk thread is at
    bool draining_ = false;
};

} // namespace hookcast::hls
