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
    if (granted.lower == Transport::Lower::Udp && !granted.serverPort) {
        dialogue.context().log.warn(dialogue.logName(),
                                    "no pair of ports is free between rtp_port_min and rtp_port_max");
        dialogue.reply(request, 503);
        return;
    }
    dialogue.openSession();
    RtspResponse response = dialogue.answer(request, 200);
    response.headers.add("Transport", writeTransport(granted));
    dialogue.reply(response);
}

} // namespace hookcast::rtsp
