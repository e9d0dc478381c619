#include "app/SrtService.h"

namespace hookcast::app {

namespace {

std::vector<config::ListenAddress> srtAddresses(const config::Config& config) {
    return config.srt.enabled ? config.srt.listen : std::vector<config::ListenAddress>();
}

} // namespace

SrtService::SrtService(const Wiring& wiring)
    : SrtParts(wiring), ListeningService("SRT", srtAddresses, wiring.services.log), wiring_(wiring) {}

std::unique_ptr<srt::Server> SrtService::makeServer() {
    return std::make_unique<srt::Server>(context, wiring_.loops, wiring_.budget);
}

srt::Server::Bound SrtService::bindMissing(srt::Server& server, const config::Config& config,
                                           std::span<const config::ListenAddress> addresses) const {
    return server.bindMissing(addresses, config.srt);
}

} // namespace hookcast::app
