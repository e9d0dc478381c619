#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"
#include "control/StreamSeries.h"

namespace hookcast::control {

/// All figures for Prometheus. On the interface's thread.
class MetricsPage {
  public:
    explicit MetricsPage(ApiContext& context) : context_(context) {}

    /// In its text format, 0.0.4.
    ApiAnswer metrics(const ApiQuery& query, const Census& census);

  private:
    StreamSeries::Streams streamSums(const Census& census) const;

    // given
    ApiContext& context_;
    // state
    StreamSeries streamSeries_;
};

} // namespace hookcast::control
