#pragma once

#include "rtsp/Dialogue.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/Transport.h"

#include <string>
#include <vector>

namespace hookcast::rtsp {

/// Of the client's alternatives, in its order, the first that we speak; null: none.
const Transport* firstUsable(const std::vector<Transport>& transports);

/// Answers SETUP and opens the session.
void answerSetup(Dialogue& dialogue, const RtspRequest& request, const Transport& granted);

/// Answers SETUP over UDP with 503: there are no ports of ours, for this `reason`.
void refuseSetup(Dialogue& dialogue, const RtspRequest& request, const std::string& reason);

} // namespace hookcast::rtsp
