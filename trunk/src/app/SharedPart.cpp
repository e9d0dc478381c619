#include "app/SharedPart.h"

#include <memory>

namespace hookcast::app {

config::Config sharedPart(const config::Config& config) {
    config::Config shared = config;
    shared.srt.enabled = false;
    shared.heartbeat.enabled = false;
    for (auto& vhost : shared.vhosts) {
        if (vhost->captures.empty() && vhost->ingests.empty()) continue;
        auto less = std::make_shared<config::VhostConfig>(*vhost);
        less->captures.clear();
        less->ingests.clear();
        vhost = std::move(less);
    }
    return shared;
}

} // namespace hookcast::app
