#pragma once

#include "hub/StreamRegistry.h"
#include "rtsp/Dialogue.h"
#include "rtsp/RtpReceiver.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/Transport.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// A client that announced a stream: its tracks, its name's reservation, its publication. Loop thread of its session.
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
    bool isOpen() const { return publication_ != nullptr; }

  private:
    void ask(const RtspRequest& request);
    void refuseName(const RtspRequest& request, const std::string& reason);
    void accept(const RtspRequest& request, hooks::Ticket ticket);

    // given
    Dialogue& dialogue_;
    // owned; the publication dies before what writes to it
    std::optional<hub::Reservation> reservation_; ///< while the backends are asked
    RtpReceiver receiver_;
    std::unique_ptr<hub::Publication> publication_;
    // state
    net::SessionPort::Traffic since_{};
};

} // namespace hookcast::rtsp
