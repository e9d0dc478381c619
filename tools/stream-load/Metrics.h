#pragma once

#include "ProcessWatch.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
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

/// How long after the first the last of those was answered who waited for the same part. Any thread.
class Releases {
  public:
    using Part = std::pair<std::uint64_t, std::uint64_t>; ///< a segment's number, and the part's in it

    void note(Part part, std::int64_t nowUs);

    /// Of each part that at least `least` waited for, in ms.
    std::vector<double> spreadsMs(std::uint64_t least) const;

  private:
    struct Answers {
        std::int64_t firstUs = 0;
        std::int64_t lastUs = 0;
        std::uint64_t count = 0;
    };

    mutable std::mutex mutex_;
    std::map<Part, Answers> answers_;
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
    Releases releases;                            ///< of requests that waited
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
