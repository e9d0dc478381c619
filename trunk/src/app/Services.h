#pragma once

#include "app/Service.h"
#include "app/Wiring.h"

#include <memory>
#include <vector>

namespace hookcast::app {

/// All protocols that the server speaks, in the order in which they begin and end. A new one is a line here.
std::vector<std::unique_ptr<Service>> makeServices(const Wiring& wiring);

} // namespace hookcast::app
