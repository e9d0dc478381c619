#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"
#include "control/MetricsText.h"

#include <cstdint>
#include <vector>

namespace hookcast::control {

/// What the control interface tells of TLS and HTTP/2, listeners of one kind together. On the interface's thread.
class ListenerPages {
  public:
    explicit ListenerPages(ApiContext& context) : context_(context) {}

    ApiAnswer listeners(const ApiQuery& query, const Census& census) const;

  private:
    // given
    ApiContext& context_;
};

void writeListeners(const std::vector<ListenerView>& listeners, std::int64_t nowUnixS, MetricsText& metrics);

} // namespace hookcast::control
