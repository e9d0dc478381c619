#pragma once

#include "base/Log.h"
#include "hooks/RefusalCause.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace hookcast::hooks {

/// All that whoever asks "why was my camera refused" wants to know. What is not known stays empty, or 0.
struct RefusalLine {
    std::string who;          ///< in the log: `rtmp-12`, or the part that refuses
    std::string_view event;   ///< `on_connect`, `on_publish`, `on_play`
    std::string stream;       ///< vhost/app/stream, as far as it is known
    std::string ip;           ///< of the client
    std::uint64_t number = 0; ///< of the client, as client_id has it by default
    std::string id;           ///< of the client, as client_id has it as a string
    RefusalCause cause = RefusalCause::Request;
    std::string reason;
    // Where a backend has refused.
    std::string url;
    std::string backendMessage; ///< its `msg`: for the log alone
    std::int64_t elapsedMs = 0; ///< from the question to its answer
};

/// The one place where refusals become lines of the log, one for each, whatever the protocol and whoever refuses; and
/// where they are counted. Any thread.
class Refusals {
  public:
    explicit Refusals(base::Log& log) : log_(log) {}

    /// `nowMs`: monotonic. What this server refuses by itself can be caused as often as somebody likes: of the same
    /// address, stream and cause there is a line in a while, and then their number (see base::Log::about()).
    void tell(const RefusalLine& refusal, std::int64_t nowMs);

    /// Since the start.
    std::uint64_t count(RefusalCause cause) const {
        return counts_.at(static_cast<std::size_t>(cause)).load(std::memory_order_relaxed);
    }

  private:
    // given
    base::Log& log_;
    // state
    std::array<std::atomic<std::uint64_t>, kRefusalCauses> counts_{};
};

} // namespace hookcast::hooks
