#include "config/TcpSockets.h"

#include "config/Addresses.h"

#include <algorithm>

namespace hookcast::config {

std::vector<ListenAddress> rtmpSockets(const Config& config) {
    return socketsFor(withTls(config.rtmpListen, config.rtmps));
}

std::vector<ListenAddress> rtspSockets(const Config& config) {
    if (!config.rtsp.enabled) return {};
    return socketsFor(withTls(config.rtsp.listen, config.rtsp.rtsps));
}

std::vector<ListenAddress> httpSockets(const Config& config) {
    if (!config.http.enabled) return {};
    return socketsFor(withTls(config.http.listen, config.http.https));
}

std::vector<ListenAddress> apiSockets(const Config& config) {
    return socketsFor(config.ownApiAddresses());
}

bool speakTls(std::span<const ListenAddress> sockets) {
    return std::ranges::any_of(sockets, &ListenAddress::isTls);
}

bool showsCertificate(const Config& config, const VhostConfig& vhost) {
    const bool isNamed = vhost.name != kDefaultVhost && vhost.certificate != CertificateFiles();
    return vhost.enabled && isNamed &&
           (speakTls(rtmpSockets(config)) || speakTls(rtspSockets(config)) || speakTls(httpSockets(config)) ||
            speakTls(apiSockets(config)));
}

std::vector<CertificateFiles> shownCertificates(const Config& config) {
    std::vector<CertificateFiles> shown;
    if (speakTls(rtmpSockets(config))) shown.push_back(config.rtmps.certificate);
    if (speakTls(rtspSockets(config))) shown.push_back(config.rtsp.rtsps.certificate);
    if (speakTls(httpSockets(config))) shown.push_back(config.http.https.certificate);
    if (speakTls(apiSockets(config))) shown.push_back(config.apiServer.https.certificate);
    for (const auto& vhost : config.vhosts)
        if (showsCertificate(config, *vhost)) shown.push_back(vhost->certificate);
    return shown;
}

} // namespace hookcast::config
