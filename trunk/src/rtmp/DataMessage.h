#pragma once

#include "base/Bytes.h"
#include "rtmp/Message.h"

#include <cstdint>
#include <string_view>

namespace hookcast::rtmp {

/// What a publisher's data message is to the server.
struct DataMessage {
    enum class Kind : std::uint8_t {
        Metadata,      ///< onMetaData
        ClearMetadata, ///< @clearDataFrame
        Other,         ///< something for the players
        NoAmf,         ///< nothing that could be read
    };

    Kind kind = Kind::NoAmf;
    base::ByteSpan values; ///< what players are to get: the name and what follows it, inside the message's payload
};

/// Reads a message of type 18 or 15, or a command that is none (20, 17). `@setDataFrame`, with or without its @, is
/// left out, and so are values that stand before `onMetaData`, be they no whole values. Metadata whose value is broken
/// is NoAmf. Values nested deeper than `maxDepth` cannot be read. Pure.
DataMessage readDataMessage(const Message& message, std::uint32_t maxDepth);

/// Whether a command of this name carries data: `onMetaData`, `@setDataFrame` and its like.
bool isDataName(std::string_view name);

} // namespace hookcast::rtmp
