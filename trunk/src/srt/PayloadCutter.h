#pragma once

#include "base/Bytes.h"

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <span>

namespace hookcast::srt {

/// Cuts a run of MPEG-TS packets into the payloads of SRT packets: whole packets of 188 bytes, as many as fit.
/// One thread.
class PayloadCutter {
  public:
    struct Outcome {
        std::size_t takenBytes = 0;
        bool isFull = false; ///< a payload was not taken
    };

    /// Takes a payload, or returns false when there is no room for it.
    using Send = std::function<bool(base::ByteSpan)>;

    /// `payloadBytes`: the most that a payload may hold, at least 188.
    explicit PayloadCutter(std::size_t payloadBytes);

    /// Sends all of `ranges` that is whole packets; they begin at a packet's beginning.
    Outcome cut(std::span<const iovec> ranges, const Send& send);

  private:
    base::ByteSpan next(std::span<const iovec> ranges, std::size_t offset, std::size_t sizeBytes);

    // given
    std::size_t payloadBytes_;
    // owned
    base::Bytes joined_; ///< a payload that lies in two ranges
};

} // namespace hookcast::srt
