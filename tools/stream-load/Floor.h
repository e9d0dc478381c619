#pragma once

#include "Options.h"
#include "base/Result.h"

namespace hookcast::load {

/// The least that sending can cost: hands the same bytes to send() for each client at an even cadence, one thread per
/// loop, no event loop, no protocol. Clients may connect at any time and are dropped when a send fails. Runs for
/// `seconds`.
base::Result<void> runFloor(const Options& options);

} // namespace hookcast::load
