#pragma once

#include "base/LogGate.h"
#include "base/WorkerThread.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "hooks/StreamEventData.h"
#include "hub/StreamListener.h"
#include "net/Loop.h"
#include "outputs/Recording.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace hookcast::outputs {

/// What every recorder needs; outlives all of them and all that they have posted.
struct RecorderContext {
    hooks::Admission& admission;
    hooks::EventSink& events;
    base::Log& log;
    base::WorkerThread& writing;   ///< takes the frames
    base::WorkerThread& finishing; ///< makes files whole, which may take as long as copying them
    std::size_t queueBytes;
    std::string workingDirectory;
    std::atomic<std::uint64_t> framesLeftOut{0}; ///< because the disk was behind by queueBytes
};

/// Records one publication: takes its frames on the publisher's loop, hands them to the disk thread, and tells the
/// backends (on_dvr) and the webhooks (stream:dvr) of each file.
///
/// Bound: frames that wait for the disk, by their bytes; when there are too many, what comes is left out up to the next
/// keyframe, and counted. Loop thread of the publication, unless said otherwise.
class Recorder final : public hub::FrameSink, public std::enable_shared_from_this<Recorder> {
  public:
    /// `onDone` is called on the loop when everything is told, after onEnd().
    Recorder(RecorderContext& context, net::Loop& loop, hub::PublishedStreamPtr stream, std::function<void()> onDone);

    void onFrame(const media::FramePtr& frame) override;
    void onEnd() override;

  private:
    /// What the writing thread takes at once.
    struct Batch {
        std::deque<media::FramePtr> frames;
        bool isLast = false; ///< nothing comes behind it

        bool isEmpty() const { return frames.empty() && !isLast; }
    };

    Recording::Surroundings surroundings();
    bool fits(const media::Frame& frame);
    void drainLater();
    void drain();
    void record(const Batch& batch);
    Batch takeBatch();
    void finish(const Recording::FilePtr& file, RecordedFile about);
    void tell(const RecordedFile& file);
    void tellWebhooks(const RecordedFile& file) const;

    // given
    RecorderContext& context_;
    net::Loop& loop_;
    hub::PublishedStreamPtr stream_;
    std::function<void()> onDone_;
    // owned
    std::shared_ptr<hooks::HookLane> lane_;
    Recording recording_; ///< on the writing thread only
    // state
    base::LogGate overflowGate_;
    bool skips_ = false; ///< leaves out what comes, up to a keyframe
    bool hasVideo_ = false;
    // state, shared with the writing thread
    std::mutex mutex_;
    std::deque<media::FramePtr> queue_;
    std::size_t queuedBytes_ = 0;
    bool draining_ = false; ///< the writing thread has been told, and stays so once the last batch is taken
    bool ended_ = false;
};

} // namespace hookcast::outputs
