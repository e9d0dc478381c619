#pragma once

#include "base/Result.h"
#include "rtmp/Command.h"
#include "rtmp/Replies.h"
#include "visits/Caller.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtmp {

/// What a client's connect command says (RTMP 1.0, section 7.2.1.1; Enhanced RTMP v2). Of the command, in which may be
/// far more, nothing else is kept.
struct ConnectRequest {
    visits::Place place;
    std::string vhost;                   ///< as the client names it
    std::optional<std::string> pullPass; ///< of another node of the cluster; empty: what is there is no text
};

/// The property of the command object that holds the pass of a pull.
inline constexpr std::string_view kPullPass = "hookcastPull";

ConnectTerms readConnectTerms(const Command& command);

/// `right` is what its pass gives it: it connects to that stream's place, whatever it says.
void connectAsPull(ConnectRequest& request, const hooks::PullRightPtr& right);

/// An error: a URL that cannot be read, or one of more than `urlBytes`. Pure.
base::Result<ConnectRequest> readConnect(const Command& command, std::uint32_t urlBytes);

} // namespace hookcast::rtmp
