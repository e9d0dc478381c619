#pragma once

#include "base/Log.h"
#include "hooks/Admission.h"
#include "hub/StreamRegistry.h"

#include <atomic>
#include <cstdint>

namespace hookcast::hub {

/// What the sessions of all protocols share; outlives them. Any thread.
struct Services {
    hooks::Admission& admission;
    StreamRegistry& streams;
    base::Log& log;
    std::atomic<std::uint64_t>& lastClientNumber;
};

} // namespace hookcast::hub
