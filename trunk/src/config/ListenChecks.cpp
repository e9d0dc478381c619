#include "config/ListenChecks.h"

#include "base/IpAddress.h"
#include "base/Log.h"
#include "config/TcpSockets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

namespace {

struct Use {
    std::string_view server; ///< the block that it stands in
    ListenAddress address;
    bool isUdp = false;

    bool isIpv6() const { return address.host.find(':') != std::string::npos; }
    bool isAny() const { return host().empty() || host() == "0.0.0.0" || host() == "::"; }

    /// One text for all spellings of an address.
    std::string host() const {
        const std::optional<base::IpAddress> ip = base::IpAddress::parse(address.host);
        return ip ? ip->text() : address.host;
    }
};

/// One port cannot be had twice, neither on the same address nor beside every address of its family.
bool clash(const Use& one, const Use& other) {
    if (one.isUdp != other.isUdp || one.address.port != other.address.port || one.isIpv6() != other.isIpv6())
        return false;
    return one.isAny() || other.isAny() || one.host() == other.host();
}

std::vector<Use> usesOf(const Config& config) {
    std::vector<Use> uses;
    const auto add = [&uses](std::string_view server, const std::vector<ListenAddress>& sockets) {
        for (const ListenAddress& address : sockets) uses.push_back({server, address});
    };
    add("RTMP", rtmpSockets(config));
    add("rtsp_server", rtspSockets(config));
    add("http_server", httpSockets(config));
    add("http_api", apiSockets(config));
    if (config.srt.enabled)
        for (const ListenAddress& address : config.srt.listen) uses.push_back({"srt_server", address, true});
    return uses;
}

void refuseClashes(const Config& config, Findings& findings) {
    const std::vector<Use> uses = usesOf(config);
    for (auto later = uses.begin(); later != uses.end(); ++later) {
        const auto earlier = std::find_if(uses.begin(), later, [&](const Use& use) { return clash(use, *later); });
        if (earlier == later) continue;
        findings.error(later->address.where, fmt::format("'{}' of {} and '{}' of {} want the same port",
                                                         base::printable(earlier->address.directive), earlier->server,
                                                         base::printable(later->address.directive), later->server));
    }
}

struct Part {
    std::string_view block;
    std::string_view server;
    bool isServed;
};

void warnOfUnserved(const Config& config, const Directive& root, Findings& findings) {
    // Each vhost is open to RTSP unless it says otherwise: that says nothing of what is wanted.
    const std::array parts = {Part{"http_remux", "http_server", config.http.enabled},
                              Part{"srt", "srt_server", config.srt.enabled}};
    for (const Directive& vhost : root.children) {
        if (vhost.name != "vhost") continue;
        for (const Part& part : parts) {
            const Directive* block = part.isServed ? nullptr : vhost.find(part.block);
            const Directive* enabled = block == nullptr ? nullptr : block->find("enabled");
            if (enabled == nullptr || enabled->firstArg() != "on") continue;
            findings.warning(block->location, fmt::format("vhost {}: {} is enabled and {} is not: nothing comes of it",
                                                          base::printable(vhost.firstArg()), part.block, part.server));
        }
    }
}

} // namespace

void checkListening(const Config& config, const Directive& root, Findings& findings) {
    refuseClashes(config, findings);
    warnOfUnserved(config, root, findings);
}

} // namespace hookcast::config
