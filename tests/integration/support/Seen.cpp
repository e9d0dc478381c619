#include "support/Seen.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace hookcast::integration {

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    constexpr std::size_t kShownBytes = 12;
    out << fmt::format("type {} at {} ms, {} bytes:", static_cast<unsigned>(seen.type), seen.timestampMs,
                       seen.payload.size());
    for (std::size_t i = 0; i < std::min(seen.payload.size(), kShownBytes); ++i)
        out << fmt::format(" {:02x}", seen.payload[i]);
    return out;
}

Seen seen(const rtmp::Message& message) {
    return {message.type, message.timestampMs, message.payload};
}

std::vector<Seen> seen(const std::vector<rtmp::Message>& messages) {
    std::vector<Seen> all;
    all.reserve(messages.size());
    for (const rtmp::Message& message : messages) all.push_back(seen(message));
    return all;
}

} // namespace hookcast::integration
