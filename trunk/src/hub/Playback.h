#pragma once

#include "base/Bytes.h"
#include "hooks/Ticket.h"
#include "hub/Leftover.h"
#include "hub/WireLog.h"
#include "media/Frame.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hookcast::hub {

class Relay;

/// Where a player's bytes go: the session's connection. The seam at which tests stand in for a socket.
class Subscriber {
  public:
    virtual ~Subscriber() = default;

    /// Takes what fits of `ranges` and says how much. After less than all, it calls Playback::resume() once there is
    /// room. Must not destroy the playback during the call.
    virtual std::size_t write(std::span<const iovec> ranges) = 0;

    /// The player took nothing for the send timeout, or left more replies unread than it may: the session should
    /// end. Called once; must not destroy the playback during the call.
    virtual void onStalled(const std::string& reason) = 0;

    /// The publisher is gone, and the player has been handed all that there was. Players of most protocols leave then;
    /// RTMP's stay and wait for the next publisher. At most once per publication; must not destroy the playback
    /// during the call.
    virtual void onEnded() {}
};

/// What a player has fallen behind or asked to do without.
struct PlaybackLimits {
    std::int64_t queueLengthMs;    ///< further behind than this, it jumps to the newest sync point
    std::int64_t sendTimeoutMs;    ///< a socket that takes nothing for so long ends the session
    std::size_t interjectionBytes; ///< replies that wait for an entry's end
    bool startAtCachedGop;         ///< start at the retained keyframe rather than at the next one
    bool wantsAudio = true;        ///< as if setReceives() had been called before the first frame
    bool wantsVideo = true;
    TrackSet wantedTracks = kEveryTrack; ///< of formats that keep them apart
};

/// One player: a cursor into its loop's log. It holds no media and serializes nothing; sending is handing ranges of
/// the log to the subscriber. Loop thread of its session only. Its end is the end of its ticket.
class Playback {
  public:
    /// `isPublished`: somebody published the stream when the relay was found.
    Playback(hooks::Ticket ticket, std::shared_ptr<Relay> relay, Subscriber& subscriber, const PlaybackLimits& limits,
             bool isPublished);
    ~Playback();
    Playback(const Playback&) = delete;
    Playback& operator=(const Playback&) = delete;

    /// The subscriber has room again.
    void resume();

    /// Sends a reply of the protocol between two entries; bytes are copied when they cannot leave at once.
    void interject(base::ByteSpan bytes);

    /// Stops and restarts the media; it goes on at the newest sync point.
    void setPaused(bool paused);

    /// Ends the media for good and returns what must still be sent so that the next reply finds the connection at a
    /// message's end.
    [[nodiscard]] base::Bytes stop();

    /// Leaves audio or video out, as the player asked.
    void setReceives(media::FrameKind kind, bool on);

    hooks::Ticket& ticket() { return ticket_; }
    const std::string& logName() const { return ticket_.event().client->logName(); }
    std::uint64_t jumps() const { return jumps_; }

    /// Whether there was a publication when it began, whose end onEnded() tells, however soon that comes. Else nobody
    /// tells it anything until the next one begins.
    bool wasPublished() const { return wasPublished_; }

    /// How it keeps up.
    struct Standing {
        std::int64_t lagMs = 0;     ///< of media, behind the newest there is
        std::uint64_t lagBytes = 0; ///< that are there and not handed over
        std::uint64_t jumps = 0;    ///< so often was it too far behind, and went without what was between
        std::int64_t blockedMs = 0; ///< for so long has it taken nothing of what is there; 0: it takes
        bool isPaused = false;
        bool awaitsStart = false; ///< nothing is there that it can begin with
    };
    Standing standing() const;

  private:
    friend class Relay;

    // Called by the relay, on the loop.
    void detach();                    ///< the log is about to be replaced
    void begin(std::int64_t nowMs);   ///< a publication has begun: the log is new
    void advance(std::int64_t nowMs); ///< the log has grown
    void end();                       ///< nothing more comes from this publication
    void catchUp();                   ///< jump to the newest sync point, or wait for the next
    bool isFull() const { return full_; }
    bool isBehind() const { return full_ && !awaitingSync_; }
    std::uint64_t neededSequence() const; ///< the first entry that it still needs

    void send();
    bool sendNext(); ///< false when there is nothing to send
    void sendLeftover();
    void sendPreamble();
    void sendInterjection();
    void sendRun();
    void noteTaken(std::size_t taken, std::size_t offered);
    void tellEnd();
    std::int64_t lagMs() const;
    std::uint64_t runEnd() const;
    void skipUnwanted();
    void startAt(const SyncPoint& point);
    void passOverMissed(); ///< while it waits for a sync point: nothing older than the newest is live any more
    void startWhereItMay();
    void park();
    void leaveCurrentEntry();
    void leavePreamble();
    void stall(const std::string& reason);
    bool atBoundary() const;
    bool wants(const LogEntry& entry) const;
    bool wantsAll() const;
    void noteSent(const LogEntry& entry);

    // given
    hooks::Ticket ticket_;
    std::shared_ptr<Relay> relay_;
    Subscriber& subscriber_;
    PlaybackLimits limits_;
    bool wasPublished_;
    // owned
    // in the order in which they are sent, but that what has been begun goes first
    Leftover leftover_;                           ///< of messages that a jump left
    base::Bytes interjection_;                    ///< replies
    std::shared_ptr<const base::Bytes> preamble_; ///< what the entry at the cursor needs before it
    // state
    std::uint64_t sequence_ = 0; ///< the entry being sent
    std::uint64_t offset_ = 0;   ///< the next byte to send
    std::size_t interjectionSent_ = 0;
    std::size_t preambleSent_ = 0;
    std::uint64_t headersVersion_ = 0; ///< of what was sent last or is about to be; 0: none
    std::int64_t tookLastMs_ = 0;      ///< while full: since when the socket has taken nothing; else 0
    std::uint64_t jumps_ = 0;
    bool awaitingSync_ = true;
    TrackSet unbegunTracks_ = kEveryTrack; ///< of video: they begin with a keyframe of their own
    bool full_ = false;
    bool paused_ = false;
    bool stalled_ = false;
    bool ending_ = false; ///< onEnded() is due once everything is sent
    bool wantsAudio_;
    bool wantsVideo_;
};

} // namespace hookcast::hub
