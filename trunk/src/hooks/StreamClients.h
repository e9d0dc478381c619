#pragma once

#include "hooks/StreamKey.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace hookcast::hooks {

/// How many clients each stream has: who publishes or plays it, and who is being asked about. A backend that lets only
/// so many in may go by it: two who come at the same moment are told different numbers. Any thread; outlives its seats.
class StreamClients {
  private:
    using Counts = std::map<StreamKey, std::uint64_t>; ///< none is 0

  public:
    /// One client's place at a stream; its death gives it back.
    class Seat {
      public:
        Seat() = default;
        Seat(Seat&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr)), stream_(other.stream_), number_(other.number_) {}
        Seat& operator=(Seat&& other) noexcept;
        ~Seat() { leave(); }

        /// How many there were when it was taken, this one included.
        std::uint64_t number() const { return number_; }

        /// Gives it back; how many are left. Nothing where it was given back before.
        std::optional<std::uint64_t> leave() noexcept;

      private:
        friend class StreamClients;
        Seat(StreamClients& owner, Counts::iterator stream)
            : owner_(&owner), stream_(stream), number_(stream->second) {}

        StreamClients* owner_ = nullptr;
        Counts::iterator stream_; ///< there for as long as somebody is counted
        std::uint64_t number_ = 0;
    };

    [[nodiscard]] Seat take(const StreamKey& key);

  private:
    std::uint64_t giveBack(Counts::iterator stream) noexcept;

    std::mutex mutex_;
    Counts counts_;
};

} // namespace hookcast::hooks
