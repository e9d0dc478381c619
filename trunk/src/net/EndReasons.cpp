#include "net/EndReasons.h"

#include "base/Log.h"

#include <fmt/format.h>

namespace hookcast::net {

std::string endedByClient(std::string_view command) {
    return fmt::format("ended by the client ({})", command);
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
