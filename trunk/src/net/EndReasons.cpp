#include "net/EndReasons.h"

#include "base/Log.h"

#include <fmt/format.h>

namespace hookcast::net {

std::string endedByClient(std::string_view command) {
    return fmt::format("ended by the client ({})", command);
}

ClosedLine closedLine(const std::string& reason, const std::string& ip, std::uint64_t receivedBytes,
                      std::uint64_t sentBytes, std::int64_t livedMs) {
    ClosedLine line;
    line.text =
        fmt::format("closed: {} (peer={} received={} sent={} ms={})", reason, ip, receivedBytes, sentBytes, livedMs);
    line.parts.add("event", "closed").add("reason", reason).add("ip", ip);
    line.parts.add("received", receivedBytes).add("sent", sentBytes).add("ms", livedMs);
    return line;
}

std::string refused(std::string_view what, std::string_view reason) {
    return fmt::format("{} refused: {}", base::printable(what), reason);
}

std::string vhostFault(std::string_view name, const config::VhostConfig* vhost) {
    if (vhost == nullptr) return fmt::format("vhost {} does not exist", base::printable(name));
    return vhost->enabled ? std::string() : fmt::format("vhost {} is disabled", vhost->name);
}

std::string vhostFault(std::string_view name, const config::VhostConfig* vhost, bool config::VhostConfig::*isServed,
                       std::string_view protocol) {
    std::string fault = vhostFault(name, vhost);
    if (!fault.empty() || vhost->*isServed) return fault;
    return fmt::format("vhost {} does not serve {}", vhost->name, protocol);
}

} // namespace hookcast::net
