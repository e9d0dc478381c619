#pragma once

#include "ProcessWatch.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::load {

/// Values of which percentiles are wanted. Any thread.
class Samples {
  public:
    void add(double value);

    /// 0 when there are none. `share` from 0 to 1.
    double percentile(double share) const;
    std::size_t count() const;

  private:
    mutable std::mutex mutex_;
    std::vector<double> values_;
};

/// What all clients together saw. Any thread.
struct Metrics {
    std::atomic<std::uint64_t> asked{0};     ///< clients started
    std::atomic<std::uint64_t> connected{0}; ///< by TCP
    std::atomic<std::uint64_t> started{0};   ///< let play or publish
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> lost{0}; ///< ended neither by us nor by a refusal
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> stalls{0};         ///< 2 s without a byte while playing
    std::atomic<std::uint64_t> timestampGaps{0};  ///< time went back, or jumped more than 1 s
    std::atomic<std::uint64_t> continuityGaps{0}; ///< packets missing, of MPEG-TS once its players have ended
    Samples startMs;                              ///< TCP connect to being let play or publish
    Samples firstKeyframeMs;                      ///< TCP connect to the first keyframe's message
    Samples latencyMs;                            ///< publisher's clock to player's

    /// Why clients were refused or lost, the first few.
    void noteReason(const std::string& reason);
    std::vector<std::string> reasons() const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> reasons_;
};

/// For people, one line.
std::string progressLine(const Metrics& metrics, double seconds);

/// For programs, one line of JSON.
std::string summaryJson(const Metrics& metrics, double seconds, const Window& window);

/// For people, several lines.
std::string summaryText(const Metrics& metrics, double seconds, const Window& window);

} // namespace hookcast::load
