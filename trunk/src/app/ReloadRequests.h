#pragma once

#include "control/ApiContext.h"

#include <mutex>
#include <string>

namespace hookcast::app {

/// How the newest reload goes, and the way to ask for one from any thread: the main thread is sent SIGHUP, as from
/// outside.
class ReloadRequests final : public control::ReloadControl {
  public:
    void request() override;
    State state() const override;

    // Main thread.
    void begin(); ///< the file is being read
    void apply();
    void fail(const std::string& why);
    void succeed();

  private:
    mutable std::mutex mutex_;
    State state_{0, "no reload yet", 0, {}};
};

} // namespace hookcast::app
