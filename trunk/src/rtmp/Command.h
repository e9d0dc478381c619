#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtmp/Amf.h"
#include "rtmp/Message.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtmp {

/// A call or its answer (RTMP 1.0, section 7.2).
struct Command {
    std::string name;
    double transactionId = 0;   ///< 0 asks for no answer
    std::vector<Amf> arguments; ///< the first is the command object, often null
};

/// Reads a command message of type 20 or 17. Values nested deeper than `maxDepth` are an error. Bytes behind the last
/// argument that cannot begin a value are ignored; a value that begins and is broken is an error.
base::Result<Command> parseCommand(const Message& message, std::uint32_t maxDepth);

/// The payload of a command message of type 20.
base::Bytes commandPayload(std::string_view name, double transactionId, const std::vector<Amf>& arguments);

} // namespace hookcast::rtmp
