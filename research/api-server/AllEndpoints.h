#pragma once

#include "api-server/Endpoint.h"
#include "api-server/EventStore.h"

#include <memory>
#include <vector>

namespace hookcast::mock {

/// Every URL that hooks and events can be sent to. `events` must outlive the endpoints.
std::vector<std::unique_ptr<Endpoint>> allEndpoints(EventStore& events);

} // namespace hookcast::mock
