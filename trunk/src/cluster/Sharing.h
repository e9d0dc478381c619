#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// What a node carries, and may.
struct NodeLoad {
    std::size_t captures = 0;
    std::uint64_t inputKbps = 0;
    std::size_t measured = 0;       ///< of the captures: those that inputKbps is of; newer ones are taken for average
    std::uint32_t maxCaptures = 0;  ///< 0: any number
    std::uint32_t maxInputKbps = 0; ///< 0: any rate
};

/// Which node takes which capture: each goes to the one that carries least by then, where a capture counts as much by
/// its number as by the rate that an average one brings in. The same for everybody who knows the same. What exceeds all
/// limits is not in the result. `captures` in the order in which they are given away.
std::map<std::string, std::string> shareOut(const std::vector<std::string>& captures,
                                            std::map<std::string, NodeLoad> nodes);

} // namespace hookcast::cluster
