#pragma once

#include "control/MetricsText.h"
#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <map>

namespace hookcast::control {

/// What one stream comes to. All but the clients only rise, for as long as the stream is there.
struct StreamSums {
    std::uint64_t receivedBytes = 0; ///< from its publisher
    std::uint64_t sentBytes = 0;     ///< to its players
    std::uint64_t videoFrames = 0;
    std::uint64_t audioFrames = 0;
    std::uint64_t clients = 0;
};

/// The series of each stream in the figures for Prometheus: of so many streams, by their names; the rest are one series
/// more, whose counters go on when a stream of it ends. One thread.
class StreamSeries {
  public:
    using Streams = std::map<hooks::StreamKey, StreamSums>;

    /// `streams`: all that are there now. The first `limit`, in the order of their names, have series of their own; 0:
    /// nothing is written.
    void write(const Streams& streams, std::size_t limit, MetricsText& metrics);

  private:
    void addToOther(const Streams& streams, std::size_t limit);

    // state
    Streams last_;     ///< at the last look
    StreamSums other_; ///< of the streams without series, since the first look
};

} // namespace hookcast::control
