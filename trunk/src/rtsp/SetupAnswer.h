#pragma once

#include "rtsp/Dialogue.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/Transport.h"

#include <vector>

namespace hookcast::rtsp {

/// Of the client's alternatives, in its order, the first that we speak; null: none.
const Transport* firstUsable(const std::vector<Transport>& transports);

/// Answers SETUP and opens the session; without ports of ours, where UDP needs them, with 503.
void answerSetup(Dialogue& dialogue, const RtspRequest& request, const Transport& granted);

} // namespace hookcast::rtsp
