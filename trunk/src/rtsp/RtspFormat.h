#pragma once

#include "base/Clock.h"
#include "hub/WireFormat.h"

#include <memory>
#include <string_view>

namespace hookcast::rtsp {

/// A stream as interleaved RTP (RFC 2326, 10.12): video on channels 0 and 1, audio on 2 and 3, one SSRC and sequence
/// space per track, so that the bytes are the same for every player. Players over UDP get the same packets without the
/// interleaved header. Sequence numbers of a track begin at 0 with each publication, so that the packet count of a
/// sender report is also the next sequence number; RTP timestamps are the stream's time in the track's clock.
///
/// The preamble is a sender report per track, for the moment the player starts at: it aligns audio and video at once,
/// and RTP-Info is made from it. Any thread.
class RtspFormat final : public hub::WireFormat {
  public:
    /// `clock` tells the players' sender reports the wall time; it outlives this and its encoders.
    explicit RtspFormat(const base::Clock& clock) : clock_(clock) {}

    std::string_view name() const override { return "rtsp"; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;

  private:
    const base::Clock& clock_;
};

} // namespace hookcast::rtsp
