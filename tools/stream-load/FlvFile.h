#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtmp/Message.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::load {

/// The tags of an FLV file, in memory.
struct FlvFile {
    struct Tag {
        rtmp::MessageType type;
        std::uint32_t timestampMs;
        base::Bytes body;
        bool isHeader; ///< metadata or codec configuration: sent once, not with every loop
    };

    std::vector<Tag> tags;
    std::uint32_t durationMs = 0; ///< of one loop

    static base::Result<FlvFile> read(const std::string& path);
};

} // namespace hookcast::load
