#pragma once

#include "base/Bytes.h"
#include "rtp/FrameCursor.h"
#include "srtp/Outbound.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

namespace hookcast::rtsp {

/// What is protected for one player and has not left yet: interleaved frames, and replies between them. A packet is
/// protected once and then has to leave as it is, so it waits here and not in the log. Loop thread of its session.
class SecureOutbox {
  public:
    /// One system call's worth; a packet or a reply that is longer has it to itself.
    static constexpr std::size_t kUsualBytes = 16 * 1024;

    bool isEmpty() const { return begin_ == end_; }
    iovec pending() { return {bytes_.data() + begin_, end_ - begin_}; }

    /// So many bytes of pending() have left.
    void consume(std::size_t sizeBytes);

    /// False: there is no room until more has left.
    bool add(base::ByteSpan reply);

    /// The same for a frame of the log, protected. What cannot be protected is left out.
    bool add(const rtp::FrameCursor::Frame& frame, srtp::Outbound& protection);

    /// Takes all that is pending.
    base::Bytes take();

  private:
    bool hasRoomFor(std::size_t sizeBytes);
    void append(base::ByteSpan bytes);

    // state
    base::Bytes bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace hookcast::rtsp
