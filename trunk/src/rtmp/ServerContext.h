#pragma once

#include "base/Log.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "hub/StreamRegistry.h"
#include "rtmp/RtmpFormat.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace hookcast::rtmp {

/// What all RTMP sessions share; outlives them. Any thread.
struct ServerContext {
    hooks::Admission& admission;
    hub::StreamRegistry& streams;
    RtmpFormats& formats;
    base::Log& log;
    std::atomic<std::uint64_t>& lastClientNumber; ///< of all protocols
};

} // namespace hookcast::rtmp
