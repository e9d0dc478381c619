#pragma once

#include "base/Bytes.h"
#include "rtmp/Message.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace hookcast::integration {

/// What a player can tell about a media message: everything but how it was cut into chunks.
struct Seen {
    rtmp::MessageType type = rtmp::MessageType::Audio;
    std::uint32_t timestampMs = 0;
    base::Bytes payload;

    bool operator==(const Seen&) const = default;
};

/// For the messages of a failed test: type, time, size and the first bytes.
std::ostream& operator<<(std::ostream& out, const Seen& seen);

Seen seen(const rtmp::Message& message);
std::vector<Seen> seen(const std::vector<rtmp::Message>& messages);

} // namespace hookcast::integration
