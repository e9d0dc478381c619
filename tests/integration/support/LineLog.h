#pragma once

#include "support/Deadline.h"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// The lines that a process has written so far, and the place to wait for the next. Any thread.
class LineLog {
  public:
    /// A piece of output; lines may be cut anywhere.
    void append(std::string_view text);

    /// Nothing more will come; what stands behind the last line break becomes a line.
    void end();

    std::vector<std::string> lines() const;
    std::size_t count() const;
    std::size_t count(std::string_view text) const;

    /// All lines with their breaks, or the last `most` of them.
    std::string text(std::size_t most = static_cast<std::size_t>(-1)) const;

    /// Waits for the `nth` line (from 1) at or behind line `from` that contains `text`. Nothing when the output ends
    /// or the deadline passes first.
    std::optional<std::string> waitFor(std::string_view text, std::size_t nth = 1, std::size_t from = 0,
                                       const Deadline& deadline = Deadline()) const;

    /// Waits for the output's end. False when the deadline passes first.
    bool waitForEnd(const Deadline& deadline) const;

  private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::vector<std::string> lines_;
    std::string unfinished_;
    bool ended_ = false;
};

} // namespace hookcast::integration
