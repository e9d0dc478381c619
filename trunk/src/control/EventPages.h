#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"

namespace hookcast::control {

/// What backends have been told, as far as it is kept, and telling it again. On the interface's thread.
class EventPages {
  public:
    explicit EventPages(ApiContext& context) : context_(context) {}

    /// A page of them; `start` is the `next` of the page before.
    ApiAnswer events(const ApiQuery& query, const Census& census) const;

    /// What was told in a range is told again, with the ids that it had.
    ApiAnswer replay(const ApiQuery& query, const Census& census) const;

  private:
    ApiContext& context_;
};

} // namespace hookcast::control
