#pragma once

#include "hub/Services.h"
#include "hub/TsFormat.h"

namespace hookcast::srt {

/// What all SRT sessions share; outlives them. Any thread.
struct ServerContext : hub::Services {
    const hub::TsFormat& format;
};

} // namespace hookcast::srt
