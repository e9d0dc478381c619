#pragma once

#include "hub/Playback.h"
#include "net/GuardedTimer.h"
#include "rtsp/Dialogue.h"
#include "rtsp/PlayerKeys.h"
#include "rtsp/RtpSender.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/Transport.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// A client that plays: what it was told of the stream, the tracks it set up, its playback. Loop thread of its session.
class Playing final : public RtpSender::Owner {
  public:
    explicit Playing(Dialogue& dialogue);
    ~Playing() override;
    Playing(const Playing&) = delete;
    Playing& operator=(const Playing&) = delete;

    void describe(const RtspRequest& request);
    void setUp(const RtspRequest& request, const std::vector<Transport>& transports);
    void play(const RtspRequest& request);
    void pause(const RtspRequest& request);
    void onWritable();
    void onInterleaved(std::uint8_t channel, base::ByteSpan payload) { sender_.onInterleaved(channel, payload); }

    /// Ends the playback, so that the next reply finds the connection at a frame's end. Once.
    void stop(const std::string& reason);

    /// The same when the connection ends too.
    void end(const std::string& reason);

    bool isSetUp() const { return sender_.anySetUp(); }
    bool isOpen() const { return playback() != nullptr; }

    /// The client does what is expected of it to go on playing.
    void onSignOfLife() override;

    // RtpSender::Owner
    void onMediaBegins(const RtpSender::Beginnings& beginnings) override;
    void onRoom() override { onWritable(); }
    void onPlayerStalled(const std::string& reason) override { dialogue_.port().endLater(reason); }
    void onPublisherLeft() override;
    void onForgedReport() override;

  private:
    template <typename Next>
    void ask(const RtspRequest& request, const Next& next);
    void describePermitted(const RtspRequest& request);
    void answerDescribe(const RtspRequest& request, const std::shared_ptr<const hub::StreamHeaders>& headers);
    KeyTelling keyTelling();
    void lookUpTracks();
    bool mayBeSetUp(const std::optional<Transport>& wanted) const;
    base::Result<KeyGrant> keysFor(const RtspRequest& request, std::size_t index, const Transport& wanted);
    bool isSecure(const Transport& wanted) const;
    hub::Playback* playback() const { return dialogue_.visit().playback(); }
    void accept(const RtspRequest& request);
    void answerPlay(const RtpSender::Beginnings& beginnings);
    void goOn();
    void replyBetweenFrames();
    void sendAway();
    void forget();

    // given
    Dialogue& dialogue_;
    // owned
    RtpSender sender_;             ///< what the visit's playback writes to
    net::GuardedTimer timer_;      ///< of PLAY
    net::GuardedTimer leaveTimer_; ///< the publisher left
    // state
    PlayerKeys keys_;
    std::vector<std::size_t> tracks_;        ///< which of the stream's tracks the client's `trackID=N` are
    std::optional<RtspRequest> pendingPlay_; ///< to be answered when its media begins
};

} // namespace hookcast::rtsp
