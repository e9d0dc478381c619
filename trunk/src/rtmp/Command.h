#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtmp/Amf.h"
#include "rtmp/Message.h"

#include <cstddef>
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
    std::uint32_t messageStreamId = 0;

    /// Undefined where there is none.
    const Amf& argument(std::size_t index) const;
};

/// Reads a command message of type 20 or 17. Values nested deeper than `maxDepth` are an error. Bytes behind the last
/// argument that cannot begin a value are ignored; a value that begins and is broken is an error. A transaction id that
/// is null or a text is taken for the number that it holds, else for 0; one that is not there at all is 0, and a
/// command object that is not there with it is null.
base::Result<Command> parseCommand(const Message& message, std::uint32_t maxDepth);

/// The name of a command message, whatever follows it; empty when it cannot be read.
std::string commandName(const Message& message);

/// The payload of a command message of type 20.
base::Bytes commandPayload(std::string_view name, double transactionId, const std::vector<Amf>& arguments);

} // namespace hookcast::rtmp
