#pragma once

#include "base/Result.h"
#include "rtmp/Command.h"
#include "rtmp/Replies.h"
#include "visits/Caller.h"

#include <cstdint>
#include <string>

namespace hookcast::rtmp {

/// What a client's connect command says (RTMP 1.0, section 7.2.1.1; Enhanced RTMP v2). Of the command, in which may be
/// far more, nothing else is kept.
struct ConnectRequest {
    visits::Place place;
    std::string vhost; ///< as the client names it
};

ConnectTerms readConnectTerms(const Command& command);

/// An error: a URL that cannot be read, or one of more than `urlBytes`. Pure.
base::Result<ConnectRequest> readConnect(const Command& command, std::uint32_t urlBytes);

} // namespace hookcast::rtmp
