#pragma once

#include "base/WorkerThread.h"
#include "hooks/ServerEvent.h"
#include "inputs/SourceReader.h"
#include "visits/Services.h"

#include <cstddef>

namespace hookcast::inputs {

/// What all captures share; outlives them. Any thread.
struct ServerContext : visits::Services {
    hooks::EventSink& events;
    base::WorkerThread& endings; ///< where readers die, as that takes a while
    MakeSourceReader makeReader;
    std::size_t queueBytes; ///< see SourceOptions
};

} // namespace hookcast::inputs
