#pragma once

#include "support/Descriptor.h"

#include <sys/types.h>

namespace hookcast::integration {

/// Kills a process that is no child of the test, a daemon say, when this object dies, or the test does, however.
class Guardian {
  public:
    /// Throws std::runtime_error when the system starts no process.
    explicit Guardian(pid_t daemon);
    ~Guardian();
    Guardian(const Guardian&) = delete;
    Guardian& operator=(const Guardian&) = delete;

  private:
    Descriptor life_; ///< the watching process reads its end
    pid_t watcher_ = -1;
};

} // namespace hookcast::integration
