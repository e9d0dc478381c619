#pragma once

#include "base/Result.h"
#include "srtp/Inbound.h"
#include "srtp/Keying.h"
#include "srtp/Outbound.h"

#include <memory>

namespace hookcast::srtp {

/// SRTP of one track with one client: what is sent to it, with our key, and what comes from it, with its own.
struct Protection {
    static base::Result<std::unique_ptr<Protection>> make(const Keying& ours, const Keying& theirs);

    std::unique_ptr<Outbound> out;
    std::unique_ptr<Inbound> in;
};

} // namespace hookcast::srtp
