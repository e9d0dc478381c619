#include "rtmp/Command.h"

#include "base/ByteReader.h"
#include "rtmp/Amf0.h"

#include <fmt/format.h>

namespace hookcast::rtmp {

base::Result<Command> parseCommand(const Message& message, std::uint32_t maxDepth) {
    if (message.type != MessageType::CommandAmf0 && message.type != MessageType::CommandAmf3) {
        return base::Error{fmt::format("message type {} is no command", static_cast<unsigned>(message.type))};
    }
    base::ByteReader bytes(message.payload);
    // The format selector of an AMF3 command. A name begins with the marker of a string, so it cannot be mistaken.
    if (message.type == MessageType::CommandAmf3 && bytes.peek() == 0) bytes.u8();
    Amf0Reader values(bytes, maxDepth);

    auto name = values.read();
    if (!name.ok()) return base::Error{"command name: " + name.error().message};
    if (!name.value().isString()) return base::Error{"command name: not a string"};
    auto transactionId = values.read();
    if (!transactionId.ok()) return base::Error{"transaction id: " + transactionId.error().message};
    if (!transactionId.value().isNumber()) return base::Error{"transaction id: not a number"};

    Command command{std::string(name.value().asString()), transactionId.value().asNumber(), {}};
    while (bytes.remaining() > 0 && Amf0Reader::isValueMarker(bytes.peek())) {
        auto argument = values.read();
        if (!argument.ok()) {
            return base::Error{fmt::format("argument {}: {}", command.arguments.size() + 1, argument.error().message)};
        }
        command.arguments.push_back(argument.take());
    }
    return command;
}

base::Bytes commandPayload(std::string_view name, double transactionId, const std::vector<Amf>& arguments) {
    base::Bytes payload;
    writeAmf0(payload, Amf::string(name));
    writeAmf0(payload, Amf::number(transactionId));
    for (const Amf& argument : arguments) writeAmf0(payload, argument);
    return payload;
}

} // namespace hookcast::rtmp
