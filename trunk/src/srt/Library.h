#pragma once

#include "base/Log.h"

namespace hookcast::srt {

/// libsrt, from its first use to its last. It keeps its state per process: one at a time. Main thread.
///
/// What it has to say goes to the log at level info: the reason of a refusal that is its own, such as a wrong
/// passphrase, is told nowhere else.
class Library {
  public:
    explicit Library(base::Log& log);
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

} // namespace hookcast::srt
