#include "config/Config.h"

#include "config/Addresses.h"
#include "config/HostNames.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::config {

namespace {

std::shared_ptr<const VhostConfig> findNamed(const Config& config, std::string_view name) {
    for (const std::shared_ptr<const VhostConfig>& vhost : config.vhosts)
        if (sameHost(vhost->name, name)) return vhost;
    return nullptr;
}

std::vector<ListenAddress> addressesOf(const HttpServerConfig& server) {
    return server.enabled ? withTls(server.listen, server.https) : std::vector<ListenAddress>();
}

} // namespace

std::string SourceLocation::text() const {
    return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
}

bool NotifyConfig::isFor(Protocol protocol) const {
    return protocols.empty() || std::ranges::find(protocols, protocol) != protocols.end();
}

bool DvrConfig::isFor(std::string_view appAndStream) const {
    return enabled &&
           std::ranges::any_of(apply, [&](const std::string& name) { return name == "all" || name == appAndStream; });
}

bool IngestEngineConfig::passesThrough() const {
    const auto passes = [](const std::string& codec) { return codec.empty() || codec == "copy"; };
    return !enabled || (passes(vcodec) && passes(acodec) && vfilter.empty());
}

std::int64_t VhostConfig::mergedReadMs() const {
    if (minLatency || !publish.mergedRead) return 0;
    return std::min(publish.mergedReadLatencyMs, play.mwLatencyMs);
}

bool VhostConfig::tellsEnds() const {
    if (hooks.enabled && !(hooks.onClose.empty() && hooks.onUnpublish.empty() && hooks.onStop.empty() &&
                           hooks.onDvr.empty() && hooks.onHls.empty()))
        return true;
    const auto tells = [](const NotifyConfig& notify) { return notify.enabled && !notify.onDone.empty(); };
    return std::ranges::any_of(notifies, tells);
}

bool VhostConfig::mayHaveRecordings() const {
    const auto isRecorded = [](const CaptureConfig& capture) { return capture.dvr; };
    const bool mayABackendSaySo = hooks.enabled && hooks.answerData && !hooks.onPublish.empty();
    return dvr.enabled || dvr.path != DvrConfig().path || mayABackendSaySo || std::ranges::any_of(captures, isRecorded);
}

std::shared_ptr<const VhostConfig> Config::findVhost(const std::string& name) const {
    std::shared_ptr<const VhostConfig> vhost = findNamed(*this, name);
    return vhost != nullptr ? vhost : findNamed(*this, kDefaultVhost);
}

std::vector<ListenAddress> Config::ownApiAddresses() const {
    if (!apiServer.enabled) return {};
    std::vector<ListenAddress> own;
    const std::vector<ListenAddress> others = addressesOf(http);
    for (const ListenAddress& address : addressesOf(apiServer)) {
        const auto isIt = [&address](const ListenAddress& other) { return address.isSameSocket(other); };
        if (std::ranges::none_of(others, isIt)) own.push_back(address);
    }
    return own;
}

bool Config::apiSharesHttpServer() const {
    return ownApiAddresses().size() < addressesOf(apiServer).size();
}

bool Config::trusts(const base::IpAddress& ip) const {
    return std::ranges::any_of(trustedProxies, [&ip](const base::IpNetwork& network) { return network.contains(ip); });
}

} // namespace hookcast::config
