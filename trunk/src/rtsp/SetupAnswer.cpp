#include "rtsp/SetupAnswer.h"

#include "rtp/Rtcp.h"

namespace hookcast::rtsp {

namespace {

/// Empty: it may have it. SRTP's reasons are for the log.
std::string fault(const Dialogue& dialogue, const Transport& transport) {
    if (transport.multicast) return "multicast";
    if (transport.lower == Transport::Lower::Udp && !transport.clientPort) return "UDP without ports";
    // Who encrypts the dialogue does not want the media in the clear beside it.
    if (!transport.isSecure)
        return dialogue.isEncrypted() && transport.lower == Transport::Lower::Udp ? "media in the clear" : "";
    if (!dialogue.isEncrypted()) return "SRTP is refused without TLS: its keys would be in the clear";
    return dialogue.vhost().rtspSrtp == config::RtspSrtp::Off ? "SRTP is refused: rtsp_srtp is off" : "";
}

} // namespace

std::optional<Transport> firstUsable(Dialogue& dialogue, const std::vector<Transport>& transports) {
    std::string why;
    for (const Transport& transport : transports) {
        const std::string itsFault = fault(dialogue, transport);
        if (itsFault.empty()) return transport;
        if (transport.isSecure && why.empty()) why = itsFault;
    }
    if (!why.empty()) dialogue.warnOnce(why);
    return std::nullopt;
}

std::string way(bool isOverUdp, bool isSecure) {
    return std::string(isOverUdp ? " over UDP" : " over TCP") + (isSecure ? ", by SRTP" : "");
}

std::uint64_t ntpTime(Dialogue& dialogue) {
    return rtp::ntpFromUnixUs(dialogue.loop().clock().unixUs());
}

void answerSetup(Dialogue& dialogue, const RtspRequest& request, const Transport& granted, const std::string& keyMgmt) {
    dialogue.openSession();
    RtspResponse response = dialogue.answer(request, kOk);
    response.headers.add("Transport", writeTransport(granted));
    if (!keyMgmt.empty()) response.headers.add("KeyMgmt", keyMgmt);
    dialogue.reply(response);
}

void refuseSetup(Dialogue& dialogue, const RtspRequest& request, const std::string& reason) {
    dialogue.warnOnce(reason);
    dialogue.reply(request, kUnavailable);
}

void refuseKeys(Dialogue& dialogue, const RtspRequest& request, const std::string& reason) {
    dialogue.warnOnce(reason);
    dialogue.reply(request, kKeyManagementFailure);
}

} // namespace hookcast::rtsp
