#pragma once

#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hookcast::control {

/// Part of a stream's past that is recorded without a gap.
struct RecordedRangeView {
    hooks::StreamKey key;
    std::int64_t fromUnixMs = 0;
    std::int64_t toUnixMs = 0;
    std::int64_t durationMs = 0; ///< of media
    std::size_t files = 0;
    std::uint64_t sizeBytes = 0;
    std::string url; ///< where it is played, from the path on
};

/// Whom the control interface asks about recordings. Any thread.
class RecordingsDesk {
  public:
    /// Which ones are asked for; empty: all.
    struct Wish {
        std::string vhost;
        std::string stream; ///< `stream`, `app/stream` or `vhost/app/stream`
        std::string from;   ///< Unix seconds or ISO 8601
        std::string to;
    };
    struct Ranges {
        std::string fault; ///< why the question cannot be answered; empty: it can
        std::vector<RecordedRangeView> ranges;
    };
    /// Of one page.
    static constexpr std::size_t kMostListed = 1000;
    using OnRanges = std::function<void(Ranges)>;

    virtual ~RecordingsDesk() = default;

    /// Ranges by stream, then by time. `onRanges` is called once, on any thread.
    virtual void list(Wish wish, OnRanges onRanges) = 0;
};

} // namespace hookcast::control
