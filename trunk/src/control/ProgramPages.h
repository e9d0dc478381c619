#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"

namespace hookcast::control {

/// What the control interface tells of the program: its version, who made it, how it was built and what it can do, with
/// SRS's fields. On the interface's thread.
class ProgramPages {
  public:
    explicit ProgramPages(ApiContext& context) : context_(context) {}

    ApiAnswer versions(const ApiQuery& query, const Census& census) const;
    ApiAnswer authors(const ApiQuery& query, const Census& census) const;
    ApiAnswer features(const ApiQuery& query, const Census& census) const;

  private:
    ApiContext& context_;
};

} // namespace hookcast::control
