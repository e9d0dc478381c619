#pragma once

#include "base/Log.h"
#include "base/LogGate.h"

#include <mutex>
#include <string_view>

namespace hookcast::srt {

/// libsrt, from its first use to its last. It keeps its state per process: one at a time. Main thread.
///
/// Its errors go to the log, one a second at most: the reason of a refusal that is its own, such as a wrong passphrase
/// or a stream id of more than 512 bytes, is told nowhere else.
class Library {
  public:
    explicit Library(base::Log& log);
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

  private:
    static void onMessage(void* library, int level, const char* file, int line, const char* area, const char* message);
    void write(std::string_view message);

    // given
    base::Log& log_;
    // state
    std::mutex mutex_;
    base::LogGate gate_{1000}; ///< guarded by mutex_
};

} // namespace hookcast::srt
