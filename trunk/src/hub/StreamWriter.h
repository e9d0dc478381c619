#pragma once

#include "config/Config.h"
#include "hub/Relay.h"
#include "hub/StreamListener.h"
#include "hub/WireFormat.h"
#include "hub/WireLog.h"
#include "media/Frame.h"
#include "media/MixQueue.h"
#include "media/StreamTimeline.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hub {

/// The publishing side of a stream: takes frames, writes each once per format that has players, and hands every relay
/// what is new once per flush. Loop thread of the publisher only.
class StreamWriter : public std::enable_shared_from_this<StreamWriter> {
  public:
    /// Told, on the loop, whenever the stream's headers change.
    using OnHeaders = std::function<void(const StreamHeaders&)>;

    /// `resumeAtMs`: where time goes on for players who stayed since the last publication; see media::StreamTimeline.
    StreamWriter(net::Loop& loop, std::uint64_t epoch, std::shared_ptr<const config::VhostConfig> vhost,
                 const LogLimits& limits, std::optional<std::int64_t> resumeAtMs, OnHeaders onHeaders = {},
                 std::shared_ptr<StreamFigures> figures = std::make_shared<StreamFigures>());

    /// Takes one frame; its time is RTMP's 32-bit one and is put on the stream's timeline here.
    /// `track`: which one of its kind, unless the body of an FLV tag says so itself.
    void write(media::FrameKind kind, media::FrameRole role, std::uint32_t timestampMs, base::Bytes body,
               media::Carriage carriage = media::Carriage::Flv, std::uint8_t track = 0);

    /// A loop has its first player in `format`: `relay` gets the retained group of pictures, then all that follows.
    void addRelay(const WireFormat& format, std::shared_ptr<Relay> relay);
    void removeRelay(const Relay* relay);

    /// From now on `sink` gets every frame; the newest headers come first.
    void addSink(std::shared_ptr<FrameSink> sink);
    void removeSink(const FrameSink* sink);

    /// Hands out what is written, whatever the flush period.
    void flush();

    enum class End {
        Final,     ///< players of most protocols leave
        HandedOver ///< a successor is about to go on: who can stay does
    };

    /// Hands out what is written and tells the relays that no more will come from here.
    void end(End how = End::Final);

    std::int64_t latestDtsMs() const { return timeline_.latestMs(); }
    net::Loop& loop() const { return loop_; }
    std::uint64_t epoch() const { return epoch_; }

  private:
    struct Headers {
        StreamHeaders frames;
        std::uint64_t version = 1;
    };
    struct Link {
        std::shared_ptr<Relay> relay;
        std::uint64_t nextSequence;
    };
    struct FormatLog {
        std::string name;
        std::unique_ptr<WireEncoder> encoder;
        WireLog log;
        std::vector<Link> links;
        std::shared_ptr<const base::Bytes> preamble;
        std::uint64_t preambleVersion = 0;
        bool owesSync = false; ///< a keyframe has come of which the format carries nothing
    };

    void take(const media::FramePtr& frame);
    void place(media::Frame& frame, std::uint32_t timestampMs);
    void count(const media::Frame& frame);
    bool noteHeaders(const media::FramePtr& frame);
    void clearMetadata();
    void clearMetadata(FormatLog& format);
    void noteMedia(const media::FramePtr& frame);
    void retain(const media::FramePtr& frame, bool isSync);
    void forgetGop();
    bool isSync(const media::Frame& frame) const;
    void encode(FormatLog& format, const media::Frame& frame, bool isSync, const Headers& headers);
    void handOut(FormatLog& format);
    void handOut(const Link& link, const std::shared_ptr<const LogBatch>& batch) const;
    void scheduleFlush(const media::Frame& frame);
    bool lacksMessages() const;
    void onFlushTimer();
    void runFlushTimer(std::int64_t delayMs);
    void flushSoon(std::int64_t delayMs);
    void postFlush();
    FormatLog& formatLog(const WireFormat& format);

    // given
    net::Loop& loop_;
    std::uint64_t epoch_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    LogLimits limits_;
    OnHeaders onHeaders_;
    // owned
    media::StreamTimeline timeline_;
    media::MixQueue mix_;
    Headers headers_;
    std::deque<media::FramePtr> gop_; ///< from the newest sync frame on, for a format that is asked for later
    Headers gopHeaders_;              ///< what they were when it began
    std::vector<std::unique_ptr<FormatLog>> formats_;
    std::vector<std::shared_ptr<FrameSink>> sinks_;
    std::shared_ptr<StreamFigures> figures_; ///< shared with who reads them
    net::Timer flushTimer_;
    net::Timer soonTimer_; ///< what would leave at once, but for send_min_interval
    // state
    std::size_t gopBytes_ = 0; ///< of all frames in gop_
    bool hasVideo_ = false;
    std::int64_t flushedAtMs_ = 0;
    std::uint32_t unflushed_ = 0;   ///< frames since then
    bool waitsForMessages_ = false; ///< the period has passed, with too few of them
    bool flushPosted_ = false;
};

} // namespace hookcast::hub
