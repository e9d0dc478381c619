#pragma once

#include "api-server/Answer.h"
#include "api-server/Request.h"

#include <cstdint>
#include <ctime>
#include <mutex>
#include <string_view>

namespace hookcast::mock {

/// One pair of lines per call, in the shape of SRS's api-server: what came, then what was made of it with the access
/// log's line. A reader that does not keep up (a full pipe) costs lines, never an answer: what cannot be written at
/// once is dropped, and the next line that can be written says how many were. Any thread.
class CallLog {
  public:
    /// `fd` stays the caller's; -1 writes nothing.
    explicit CallLog(int fd) : fd_(fd) {}

    /// `endpoint` and `summary` must be fit to be printed; `now` is local time.
    void write(std::string_view endpoint, const Request& request, std::string_view summary, const Answer& answer,
               const std::tm& now);

  private:
    bool canTakeLines() const;

    // given
    const int fd_;

    // state
    std::mutex mutex_;
    std::uint64_t droppedCalls_ = 0;
};

} // namespace hookcast::mock
