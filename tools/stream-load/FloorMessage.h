#pragma once

#include "Options.h"

#include "base/Bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace hookcast::load {

/// What the floor sends at each turn: its turn's number, in this machine's byte order, and then any bytes.
class FloorMessage {
  public:
    /// About what a request for a playlist has.
    static constexpr std::size_t kAnswerBytes = 230;

    static std::size_t sizeBytes(const Options& options) {
        const auto wanted = static_cast<std::size_t>(options.bitrateKbps * 1000 / 8 * options.periodMs / 1000);
        return std::max(wanted, sizeof(std::uint64_t));
    }

    static void writeNumber(base::Bytes& message, std::uint64_t number) {
        std::memcpy(message.data(), &number, sizeof number);
    }

    /// Finds the ends of messages of one size in what comes in.
    class Reader {
      public:
        explicit Reader(std::size_t sizeBytes) : sizeBytes_(sizeBytes) {}

        /// Takes from `bytes` up to the end of a message, whose number it returns; nothing: all of it, and the message
        /// goes on.
        std::optional<std::uint64_t> read(base::ByteSpan& bytes) {
            const base::ByteSpan taken = bytes.first(std::min(bytes.size(), sizeBytes_ - at_));
            for (std::size_t i = 0; i < taken.size() && at_ + i < number_.size(); ++i) number_[at_ + i] = taken[i];
            bytes = bytes.subspan(taken.size());
            at_ += taken.size();
            if (at_ < sizeBytes_) return std::nullopt;
            at_ = 0;
            std::uint64_t number = 0;
            std::memcpy(&number, number_.data(), sizeof number);
            return number;
        }

      private:
        // given
        std::size_t sizeBytes_;
        // state
        std::size_t at_ = 0; ///< of the message
        std::array<std::uint8_t, sizeof(std::uint64_t)> number_{};
    };
};

} // namespace hookcast::load
