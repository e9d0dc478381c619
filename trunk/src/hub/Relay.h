#pragma once

#include "base/LogGate.h"
#include "hooks/StreamKey.h"
#include "hub/Playback.h"
#include "hub/StreamListener.h"
#include "hub/WireLog.h"
#include "net/Loop.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::hub {

/// What a stream's log may hold, per format and loop.
struct LogLimits {
    std::size_t bytes;
    std::size_t gopFrames;        ///< a longer group of pictures is not kept for players yet to come
    std::size_t extraTracks = 32; ///< beside the first of each kind
};

/// The players of one stream, in one format, on one loop, and that loop's view of the log. The publisher's loop sends
/// it one post per flush, however many players there are. Loop thread only; it may be destroyed anywhere.
class Relay : public std::enable_shared_from_this<Relay> {
  public:
    /// Called, on the loop, when the last player has left.
    using OnEmpty = std::function<void()>;

    Relay(net::Loop& loop, hooks::StreamKey key, const LogLimits& limits, OnEmpty onEmpty,
          std::shared_ptr<StreamFigures> figures = std::make_shared<StreamFigures>());

    void add(Playback& playback);
    void remove(Playback& playback);

    /// A publication has begun; `snapshot` is what a new player may start from. `epoch` rises with each publication:
    /// news of an older one that arrive late are ignored.
    void begin(std::uint64_t epoch, const LogBatch& snapshot);

    /// The publication has written more.
    void grow(std::uint64_t epoch, const LogBatch& batch);

    /// The publication has ended: who is behind gets the rest, who comes now waits for the next one.
    void end(std::uint64_t epoch);

    /// The publication that was running when this was made has ended before it began here: who waits is told.
    void miss(std::uint64_t epoch);

    /// A player has jumped; the log says so at a limited rate.
    void countJump(const Playback& playback);

    const WireLog& log() const { return log_; }
    net::Loop& loop() const { return loop_; }
    std::int64_t nowMs() const { return loop_.clock().monotonicMs(); }
    std::size_t players() const { return playbacks_.size(); }

  private:
    void trim();
    void catchUpAll();
    void watchStragglers(); ///< growth makes players look at their deadlines; when there is no more, this does
    bool newestGopIsTooLong() const;
    std::uint64_t neededSequence() const;

    // given
    net::Loop& loop_;
    hooks::StreamKey key_;
    LogLimits limits_;
    OnEmpty onEmpty_;
    std::shared_ptr<StreamFigures> figures_;
    // owned
    WireLog log_;
    // state
    std::vector<Playback*> playbacks_;
    std::uint64_t epoch_ = 0;
    base::LogGate jumpGate_{1000};
};

} // namespace hookcast::hub
