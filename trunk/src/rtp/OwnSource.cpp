#include "rtp/OwnSource.h"

#include "base/RandomId.h"

#include <cstddef>
#include <functional>
#include <string>

namespace hookcast::rtp {

std::uint32_t randomSsrc() {
    constexpr std::size_t kRandomness = 8;
    return static_cast<std::uint32_t>(std::hash<std::string>{}(base::randomId(kRandomness)));
}

} // namespace hookcast::rtp
