#include "config/Protocol.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::config {

std::optional<Protocol> protocolNamed(std::string_view name) {
    const auto found = std::ranges::find(kProtocols, name, &ProtocolTraits::name);
    if (found == kProtocols.end()) return std::nullopt;
    return static_cast<Protocol>(found - kProtocols.begin());
}

std::string logNameOf(Protocol protocol, std::uint64_t number) {
    return fmt::format("{}-{}", traitsOf(protocol).logName, number);
}

} // namespace hookcast::config
