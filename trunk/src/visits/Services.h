#pragma once

#include "base/Log.h"
#include "config/CurrentConfig.h"
#include "hooks/Admission.h"
#include "hub/StreamRegistry.h"
#include "visits/ClientBook.h"
#include "visits/ClientNumbers.h"

namespace hookcast::visits {

/// What the sessions of all protocols share; outlives them. Any thread.
struct Services {
    hooks::Admission& admission;
    hub::StreamRegistry& streams;
    ClientBook& clients;
    base::Log& log;
    ClientNumbers& numbers;
    const config::CurrentConfig& config; ///< for what begins now; what runs keeps the one that it began with
};

} // namespace hookcast::visits
