#pragma once

#include "Metrics.h"
#include "Options.h"
#include "ProcessWatch.h"

#include <cstdint>
#include <optional>

namespace hookcast::load {

/// Measures the watched server from the moment when all clients have settled to the end. Main thread.
class WindowMeter {
  public:
    WindowMeter(const Options& options, const Metrics& metrics) : options_(options), metrics_(metrics) {}

    /// Begins the window if it is time.
    void look(double passedSeconds);

    /// Ends it. All zero when it never began or nobody is watched.
    Window finish(double passedSeconds) const;

  private:
    static constexpr double kSettleSeconds = 2;

    const Options& options_;
    const Metrics& metrics_;
    std::optional<ProcessUse> begin_;
    double beginSeconds_ = 0;
    std::uint64_t beginBytes_ = 0;
};

} // namespace hookcast::load
