#pragma once

#include "hls/Cutter.h"
#include "hls/MediaClock.h"
#include "hls/Packer.h"
#include "hls/PartCutter.h"
#include "hls/Segment.h"
#include "hls/SegmentNames.h"
#include "hls/Stream.h"
#include "hls/Tracks.h"
#include "hub/StreamListener.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hls {

/// Cuts one publication into segments, which go into its stream's window, and those of a low-latency stream into parts.
/// On the publisher's loop; it never waits.
///
/// - Before the first segment it waits for a track that is announced and has not come, kTrackWaitMs of media at most;
///   for as long, where there are to be parts, until it knows how far frames are apart; for kStepWaitMs, until it has
///   any idea.
/// - A run of segments goes on without a discontinuity until a codec or its configuration changes, a track comes that
///   was not there, or time jumps (MediaClock). What comes between such a change and the keyframe with which the next
///   run begins is left out, as far as it is of the track that has changed.
/// - Where it is cut: Cutter and PartCutter. A segment of half of hls_memory_size ends, whatever these say.
class Segmenter final : public hub::FrameSink {
  public:
    static constexpr std::int64_t kTrackWaitMs = 1000;
    /// Until there are two pictures, as parts shorter than a picture's time do not add up to their segment.
    static constexpr std::int64_t kStepWaitMs = 3000;
    /// Frames that wait for a track, and their bytes: with more it waits no longer.
    static constexpr std::size_t kMostHeld = 2000;
    static constexpr std::size_t kMostHeldBytes = 8 * 1024 * 1024;

    /// What it tells others, on the loop.
    struct Surroundings {
        /// The stream's publisher is to go, as hls_on_error says.
        std::function<void(const std::string& reason)> disconnect;
        /// A segment is complete, and about to be told.
        std::function<void()> onSegment;
        /// No segment comes any more.
        std::function<void()> onEnd;
        /// A segment is about to be complete, and may be changed: its parts encrypted, its key set. Null: it is not.
        /// One for which that fails is not to be had.
        std::function<base::Result<void>(Segment& segment)> seal;
    };

    Segmenter(net::Loop& loop, StreamPtr stream, hub::PublishedStreamPtr published, SegmentNames names,
              Surroundings surroundings);

    // hub::FrameSink
    void onFrame(const media::FramePtr& frame) override;
    void onEnd() override;

  private:
    const config::HlsConfig& terms() const { return published_->vhost->hls; }
    void gather(MediaFrame frame);
    void start();
    void take(MediaFrame& frame);
    bool mayBeginRun(const MediaFrame& frame) const;
    bool mustCut(const MediaFrame& frame);
    Cutter::Candidate candidate(const MediaFrame& frame) const;
    bool beginRun(MediaFrame& frame);
    bool prepare();
    void setInit(const Description& described);
    std::int64_t fragmentMs() const { return fragmentMsOf(*published_->vhost); }
    void beginParts();
    void beginSegment(const MediaFrame& frame, bool isFirstOfRun);
    void add(const MediaFrame& frame);
    void endPart(std::int64_t endMs);
    void endSegment(std::int64_t endMs);
    void tellCompleted();
    void dropSegment();
    void onSilence();
    void warnLeftOut(const std::string& codecs);
    void fail(const std::string& why);

    // given
    net::Loop& loop_;
    StreamPtr stream_;
    hub::PublishedStreamPtr published_;
    Surroundings surroundings_;
    Container container_;
    // owned
    SegmentNames names_;
    Tracks tracks_;
    MediaClock clock_;
    std::unique_ptr<Packer> packer_;  ///< null before the first run
    std::optional<Cutter> cutter_;    ///< of the run
    std::optional<PartCutter> parts_; ///< likewise; none: segments are whole
    net::Timer silence_;              ///< a part does not wait for frames that do not come
    // state
    std::deque<MediaFrame> held_; ///< before the first run
    std::size_t heldBytes_ = 0;
    bool isStarted_ = false;   ///< nothing is held any more
    bool mustRestart_ = false; ///< the next segment begins another run
    bool isGivenUp_ = false;
    bool isOpen_ = false; ///< a segment is
    Segment segment_;
    SegmentPtr completed_; ///< the one before, until it is told together with what follows it
    std::int64_t segmentBeganMs_ = 0;
    std::int64_t runBeganMs_ = 0;
    std::shared_ptr<const InitSegment> init_; ///< of the run
    bool partIsIndependent_ = false;
    std::uint64_t discontinuities_ = 0;
    std::string latestFailure_;
};

} // namespace hookcast::hls
