#pragma once

#include "hub/TsFormat.h"
#include "visits/Services.h"

namespace hookcast::srt {

/// What all SRT sessions share; outlives them. Any thread.
struct ServerContext : visits::Services {
    const hub::TsFormat& format;
};

} // namespace hookcast::srt
