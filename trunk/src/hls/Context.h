#pragma once

#include "hls/SegmentFiles.h"
#include "hls/Streams.h"
#include "hls/Viewers.h"
#include "visits/Services.h"

namespace hookcast::hls {

/// What all requests share; outlives them. Any thread.
struct Context {
    visits::Services& services;
    Streams& streams;
    Viewers& viewers;
    SegmentFiles& files;
};

} // namespace hookcast::hls
