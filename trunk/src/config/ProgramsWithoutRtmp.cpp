#include "config/ProgramsWithoutRtmp.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::config {

namespace {

constexpr const char* kPort = "[port]";

bool hasPort(const std::string& text) {
    return text.find(kPort) != std::string::npos;
}

bool pushesHere(const IngestConfig& ingest) {
    return ingest.enabled &&
           std::ranges::any_of(ingest.engines, [](const auto& engine) { return hasPort(engine.output); });
}

} // namespace

bool wantsRtmp(const std::vector<std::string>& words) {
    return std::ranges::any_of(
        words, [](const std::string& word) { return hasPort(word) || word.find("[url]") != std::string::npos; });
}

void warnOfProgramsWithoutRtmp(const Config& config, const Directive& root, Findings& findings) {
    if (!config.rtmpListen.empty()) return;
    const auto warn = [&](const VhostConfig& vhost, const char* what) {
        findings.warning({root.location.file, 0, 0},
                         fmt::format("vhost {}: {}, and RTMP is not served: nothing comes of it", vhost.name, what));
    };
    for (const auto& vhost : config.vhosts) {
        if (!vhost->enabled) continue;
        if (vhost->exec.enabled && std::ranges::any_of(vhost->exec.publish, wantsRtmp))
            warn(*vhost, "a program of exec wants [port] or [url]");
        if (std::ranges::any_of(vhost->ingests, pushesHere)) warn(*vhost, "an ingest pushes to [port]");
    }
}

} // namespace hookcast::config
