#pragma once

#include "Options.h"
#include "base/Result.h"

namespace hookcast::load {

/// The least that sending can cost: accepts the clients, then hands the same bytes to send() for each of them at an
/// even cadence, one thread per loop, no event loop, no protocol. Clients may connect at any time and are dropped
/// when a send fails. Runs until a signal ends the process, or `seconds` have passed.
base::Result<void> runFloor(const Options& options);

} // namespace hookcast::load
