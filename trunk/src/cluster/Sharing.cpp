#include "cluster/Sharing.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hookcast::cluster {

namespace {

/// Of a capture while nothing is known of any.
constexpr std::uint64_t kGuessedKbps = 1000;

std::uint64_t averageKbps(const std::map<std::string, NodeLoad>& nodes) {
    std::uint64_t kbps = 0;
    std::uint64_t captures = 0;
    for (const auto& [name, load] : nodes) {
        kbps += load.inputKbps;
        captures += load.measured;
    }
    return captures == 0 || kbps == 0 ? kGuessedKbps : std::max<std::uint64_t>(kbps / captures, 1);
}

bool hasRoom(const NodeLoad& load, std::uint64_t kbps) {
    return (load.maxCaptures == 0 || load.captures < load.maxCaptures) &&
           (load.maxInputKbps == 0 || load.inputKbps + kbps <= load.maxInputKbps);
}

} // namespace

std::map<std::string, std::string> shareOut(const std::vector<std::string>& captures,
                                            std::map<std::string, NodeLoad> nodes) {
    const std::uint64_t kbps = averageKbps(nodes);
    for (auto& [name, load] : nodes) load.inputKbps += (load.captures - std::min(load.measured, load.captures)) * kbps;
    const auto weight = [kbps](const NodeLoad& load) { return load.captures * kbps + load.inputKbps; };
    std::set<std::pair<std::uint64_t, std::string>> byWeight;
    for (const auto& [name, load] : nodes)
        if (hasRoom(load, kbps)) byWeight.emplace(weight(load), name);
    std::map<std::string, std::string> shares;
    for (const std::string& capture : captures) {
        if (byWeight.empty()) break;
        const std::string name = byWeight.extract(byWeight.begin()).value().second;
        NodeLoad& load = nodes.at(name);
        ++load.captures;
        load.inputKbps += kbps;
        shares.emplace(capture, name);
        if (hasRoom(load, kbps)) byWeight.emplace(weight(load), name);
    }
    return shares;
}

} // namespace hookcast::cluster
