#pragma once

#include "hls/DiskStream.h"
#include "hls/Stream.h"
#include "hub/StreamListener.h"
#include "net/Loop.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

namespace hookcast::hls {

/// Holds a publication's frames until it is known what the disk has of before the start, with whose numbers its
/// segments go on; then passes all of them on. It waits for kMostWaitMs and kMostHeldBytes at most: with a disk that
/// hangs the stream begins anew. On the publisher's loop.
class HeldFrames final : public hub::FrameSink, public std::enable_shared_from_this<HeldFrames> {
  public:
    static constexpr std::int64_t kMostWaitMs = 3000;
    static constexpr std::size_t kMostHeldBytes = 16 * 1024 * 1024;

    /// Null: its frames are nobody's any more. `hasEnded`: the publication has, meanwhile.
    using MakeSink = std::function<std::shared_ptr<hub::FrameSink>(bool hasEnded)>;

    HeldFrames(net::Loop& loop, StreamPtr stream, hub::PublishedStreamPtr published, MakeSink makeSink);

    /// Once; begins to wait.
    void start();

    /// What was found; null: nothing. Ignored when it comes too late.
    void release(const std::shared_ptr<const RecoveredStream>& recovered);

    // hub::FrameSink
    void onFrame(const media::FramePtr& frame) override;
    void onEnd() override;

  private:
    void goOn();

    // given
    net::Loop& loop_;
    StreamPtr stream_;
    hub::PublishedStreamPtr published_;
    MakeSink makeSink_;
    // owned
    std::shared_ptr<hub::FrameSink> sink_; ///< null while it waits, and after the end
    // state
    std::deque<media::FramePtr> held_;
    std::size_t heldBytes_ = 0;
    bool waits_ = true;
    bool hasEnded_ = false;
};

} // namespace hookcast::hls
