#pragma once

#include "hooks/ServerEvent.h"
#include "hooks/StreamEventData.h"
#include "hub/StreamListener.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace hookcast::hub {

/// Tells the webhooks of one stream from its creation to its deletion: stream:create, state, reconnect, pulse, delete.
/// As a sink of the stream's publication it measures the picture, sees whether anything comes in, and posts
/// stream:state by itself when that, or the codec, changes. A pulse goes out for each period in which something came.
/// Loop thread only: that of the publication.
class StreamReporter final : public FrameSink, public std::enable_shared_from_this<StreamReporter> {
  public:
    /// A stream from which nothing comes for so long, or up to twice that, is inactive.
    static constexpr std::int64_t kStallMs = 10'000;

    /// `stream`: what does not change by itself. `events` and `loop` outlive it.
    StreamReporter(hooks::EventSink& events, net::Loop& loop, hooks::StreamEventData stream);

    /// So long stream:create waits for the first picture, to tell its codec.
    static constexpr std::int64_t kCreateDelayMs = 1000;

    /// The stream is there: stream:create, as soon as the first picture has come or another event is due, or in
    /// kCreateDelayMs. Once, first.
    void create();

    /// The stream's frames come by `publication` from now on, until that ends; a capture has one after another.
    void attach(Publication& publication);

    /// The source is lost: stream:state, unless it was inactive before.
    void lose();

    /// Posts stream:reconnect with these figures, which later events have too.
    void reconnect(const hooks::Reconnects& reconnects);

    /// Posts stream:delete; nothing is posted after that. Once, last.
    void remove();

    void setDvr(bool recorded) { stream_.dvr = recorded; }

    /// As the next event would tell it.
    hooks::StreamEventData current() const;

    void onFrame(const media::FramePtr& frame) override;
    void onEnd() override {}

  private:
    struct Counts {
        std::uint64_t frames = 0; ///< of any kind
        std::uint64_t videoFrames = 0;
        std::uint64_t videoBytes = 0;
    };
    struct Pulse {
        Pulse(net::Loop& loop, std::int64_t givenPeriodMs) : periodMs(givenPeriodMs), timer(loop) {}

        std::int64_t periodMs;
        std::uint64_t framesBefore = 0; ///< the period
        std::int64_t measuredAtMs = 0;
        Counts measured;
        net::Timer timer;
    };

    void tellCreated();
    void tellChange();
    void setState(hooks::StreamState state);
    void noteCodec(const media::Frame& config);
    void startTimers();
    void stopTimers();
    void schedule(Pulse& pulse);
    void scheduleStallCheck();
    void measure(Pulse& pulse);
    void post(config::EventName name, std::int64_t pulseMs = 0);

    // given
    hooks::EventSink& events_;
    net::Loop& loop_;
    // state
    hooks::StreamEventData stream_;
    std::shared_ptr<const StreamFigures> figures_; ///< null before the first publication
    Counts counts_;
    std::list<Pulse> pulses_; ///< one per period
    bool wasMeasured_ = false;
    std::uint64_t framesAtStallCheck_ = 0;
    net::Timer stallTimer_;
    net::Timer createTimer_;
    bool isToldOf_ = false; ///< stream:create is posted
    bool removed_ = false;
};

} // namespace hookcast::hub
