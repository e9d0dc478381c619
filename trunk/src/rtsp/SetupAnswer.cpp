#include "rtsp/SetupAnswer.h"

#include <algorithm>

namespace hookcast::rtsp {

const Transport* firstUsable(const std::vector<Transport>& transports) {
    const auto usable = [](const Transport& one) {
        return !one.multicast && (one.lower == Transport::Lower::Tcp || one.clientPort);
    };
    const auto found = std::find_if(transports.begin(), transports.end(), usable);
    return found == transports.end() ? nullptr : &*found;
}

void answerSetup(Dialogue& dialogue, const RtspRequest& request, const Transport& granted) {
    dialogue.openSession();
    RtspResponse response = dialogue.answer(request, kOk);
    response.headers.add("Transport", writeTransport(granted));
    dialogue.reply(response);
}

void refuseSetup(Dialogue& dialogue, const RtspRequest& request, const std::string& reason) {
    dialogue.warnOnce(reason);
    dialogue.reply(request, kUnavailable);
}

} // namespace hookcast::rtsp
