#include "app/ListeningService.h"

#include <algorithm>

namespace hookcast::app {

void tellListening(base::Log& log, const std::string& protocol, std::span<const config::ListenAddress> before,
                   std::span<const config::ListenAddress> now) {
    const auto isIn = [](std::span<const config::ListenAddress> all, const config::ListenAddress& address) {
        return std::ranges::any_of(
            all, [&address](const auto& one) { return one.isSameSocket(address) && one.isTls == address.isTls; });
    };
    const auto shown = [](const config::ListenAddress& address) {
        return fmt::format("{}{}:{}", address.isTls ? "TLS " : "", address.host.empty() ? "0.0.0.0" : address.host,
                           address.port);
    };
    for (const config::ListenAddress& address : now)
        if (!isIn(before, address))
            log.trace("main", "listening for {} on {} ({})", protocol, shown(address), address.directive);
    for (const config::ListenAddress& address : before)
        if (!isIn(now, address)) log.trace("main", "not listening for {} on {} any more", protocol, shown(address));
}

} // namespace hookcast::app
