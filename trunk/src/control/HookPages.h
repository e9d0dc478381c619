#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"

namespace hookcast::control {

/// What the control interface tells of the backends: hooks and webhooks. On the interface's thread.
class HookPages {
  public:
    explicit HookPages(ApiContext& context) : context_(context) {}

    ApiAnswer hooks(const ApiQuery& query, const Census& census) const;

    /// Forgets the backends' verdicts that are kept; with `vhost`, `stream=APP/STREAM` or `ip` those of which all that
    /// is said is true.
    ApiAnswer verdicts(const ApiQuery& query) const;

    ApiAnswer webhooks(const ApiQuery& query, const Census& census) const;

  private:
    ApiContext& context_;
};

} // namespace hookcast::control
