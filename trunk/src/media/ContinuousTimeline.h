#pragma once

#include <cstdint>
#include <optional>

namespace hookcast::media {

/// Turns RTMP's 32-bit timestamps, which wrap after 49.7 days, into a 64-bit timeline, and joins a publication to the
/// one before it so that players who stayed see time go on.
class ContinuousTimeline {
  public:
    /// `resumeAtMs`: the time that the first timestamp shall have; none: timestamps are kept as they come.
    explicit ContinuousTimeline(std::optional<std::int64_t> resumeAtMs)
        : resumeAtMs_(resumeAtMs), latestMs_(resumeAtMs.value_or(0)) {}

    std::int64_t place(std::uint32_t timestampMs);

    /// The largest time handed out; before the first, where the timeline resumes, or 0.
    std::int64_t latestMs() const { return latestMs_; }

  private:
    std::optional<std::int64_t> resumeAtMs_;
    std::optional<std::int64_t> previousMs_; ///< unwrapped, before the offset
    std::int64_t offsetMs_ = 0;
    std::int64_t latestMs_;
};

} // namespace hookcast::media
