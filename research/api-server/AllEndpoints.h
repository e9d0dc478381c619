#pragma once

#include "api-server/Endpoint.h"

#include <memory>
#include <vector>

namespace hookcast::mock {

/// Every URL that hooks can be sent to.
std::vector<std::unique_ptr<Endpoint>> allEndpoints();

} // namespace hookcast::mock
