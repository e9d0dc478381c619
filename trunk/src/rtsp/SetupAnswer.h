#pragma once

#include "rtsp/Dialogue.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/Transport.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// Of the client's alternatives, in its order, the first that we speak and that goes with its connection: over TLS no
/// media in the clear, and no SRTP without TLS, as its keys would be in the clear. None: there is none; where that is
/// for the sake of SRTP, the log says so.
std::optional<Transport> firstUsable(Dialogue& dialogue, const std::vector<Transport>& transports);

/// How media travels, for the log.
std::string way(bool isOverUdp, bool isSecure);

/// Now, as MIKEY messages have it.
std::uint64_t ntpTime(Dialogue& dialogue);

/// Answers SETUP and opens the session. `keyMgmt`: the header of that name; empty: none.
void answerSetup(Dialogue& dialogue, const RtspRequest& request, const Transport& granted,
                 const std::string& keyMgmt = {});

/// Answers SETUP over UDP with 503: there are no ports of ours, for this `reason`.
void refuseSetup(Dialogue& dialogue, const RtspRequest& request, const std::string& reason);

/// Answers SETUP of SRTP with 463: its keys cannot be used, for this `reason`.
void refuseKeys(Dialogue& dialogue, const RtspRequest& request, const std::string& reason);

} // namespace hookcast::rtsp
