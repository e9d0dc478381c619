#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"

namespace hookcast::control {

/// What there is to see of streams: what is recorded of them, and how they look now. On the interface's thread.
class RecordingPages {
  public:
    explicit RecordingPages(ApiContext& context) : context_(context) {}

    ApiAnswer recordings(const ApiQuery& query, const Census& census) const;
    ApiAnswer snapshot(const ApiQuery& query, const Census& census) const;

  private:
    // given
    ApiContext& context_;
};

} // namespace hookcast::control
