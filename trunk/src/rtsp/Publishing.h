#pragma once

#include "hub/StreamRegistry.h"
#include "rtsp/Dialogue.h"
#include "rtsp/RtpReceiver.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/Transport.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtsp {

/// A client that announced a stream: its tracks, and what it publishes. Loop thread of its session.
class Publishing {
  public:
    explicit Publishing(Dialogue& dialogue);
    ~Publishing();
    Publishing(const Publishing&) = delete;
    Publishing& operator=(const Publishing&) = delete;

    /// Takes in the description; false when it cannot be used: the request is answered and the session ended.
    bool announce(const RtspRequest& request);
    void setUp(const RtspRequest& request, const std::vector<Transport>& transports);
    void record(const RtspRequest& request);
    void onInterleaved(std::uint8_t channel, base::ByteSpan payload) { receiver_.onInterleaved(channel, payload); }

    /// Ends the publication, and what is asked about it. Once.
    void end(const std::string& reason);

    bool isSetUp() const { return receiver_.anySetUp(); }
    bool isOpen() const { return dialogue_.visit().publication() != nullptr; }

  private:
    std::optional<std::size_t> findTrack(std::string_view url) const;
    void accept(const RtspRequest& request);

    // given
    Dialogue& dialogue_;
    // owned
    RtpReceiver receiver_; ///< writes to the visit's publication
};

} // namespace hookcast::rtsp
