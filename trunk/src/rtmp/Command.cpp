#include "rtmp/Command.h"

#include "base/ByteReader.h"
#include "rtmp/Amf0.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <system_error>

namespace hookcast::rtmp {

namespace {

base::ByteReader readerOf(const Message& message) {
    base::ByteReader bytes(message.payload);
    // The format selector of an AMF3 command. A name begins with the marker of a string, so it cannot be mistaken.
    if (message.type == MessageType::CommandAmf3 && bytes.peek() == 0) bytes.u8();
    return bytes;
}

bool isNothing(const Amf& value) {
    return value.type() == Amf::Type::Null || value.type() == Amf::Type::Undefined;
}

/// Nothing for a value that is neither a number nor the text of one.
std::optional<double> numberIn(const Amf& value) {
    if (value.isNumber()) return value.asNumber();
    double number = 0;
    const std::string_view text = value.asString();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Takes the transaction id out of what follows the name, in all the ways in which it is written or left out.
double takeTransactionId(std::vector<Amf>& values) {
    if (values.empty()) return 0;
    const std::optional<double> number = numberIn(values.front());
    const bool isObjectNext = values.size() > 1 && (isNothing(values[1]) || values[1].hasProperties());
    if (number || (isObjectNext && !values.front().hasProperties())) {
        values.erase(values.begin());
        return number.value_or(0);
    }
    if (!isNothing(values.front()) && !values.front().hasProperties()) values.insert(values.begin(), Amf::null());
    return 0;
}

} // namespace

const Amf& Command::argument(std::size_t index) const {
    static const Amf kNone;
    return index < arguments.size() ? arguments[index] : kNone;
}

base::Result<Command> parseCommand(const Message& message, std::uint32_t maxDepth) {
    if (message.type != MessageType::CommandAmf0 && message.type != MessageType::CommandAmf3) {
        return base::Error{fmt::format("message type {} is no command", static_cast<unsigned>(message.type))};
    }
    base::ByteReader bytes = readerOf(message);
    Amf0Reader values(bytes, maxDepth);

    auto name = values.read();
    if (!name.ok()) return base::Error{"command name: " + name.error().message};
    if (!name.value().isString()) return base::Error{"command name: not a string"};

    Command command;
    command.name = name.value().asString();
    command.messageStreamId = message.messageStreamId;
    while (bytes.remaining() > 0 && Amf0Reader::isValueMarker(bytes.peek())) {
        auto value = values.read();
        if (!value.ok())
            return base::Error{fmt::format("value {}: {}", command.arguments.size() + 1, value.error().message)};
        command.arguments.push_back(value.take());
    }
    command.transactionId = takeTransactionId(command.arguments);
    return command;
}

std::string commandName(const Message& message) {
    constexpr std::uint32_t kNoObjects = 1;
    base::ByteReader bytes = readerOf(message);
    const auto name = readAmf0(bytes, kNoObjects);
    return name.ok() ? std::string(name.value().asString()) : std::string();
}

base::Bytes commandPayload(std::string_view name, double transactionId, const std::vector<Amf>& arguments) {
    base::Bytes payload;
    writeAmf0(payload, Amf::string(name));
    writeAmf0(payload, Amf::number(transactionId));
    for (const Amf& argument : arguments) writeAmf0(payload, argument);
    return payload;
}

} // namespace hookcast::rtmp
