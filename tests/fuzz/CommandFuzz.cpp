// The first byte chooses the message type of the rest. A command that can be read can be written and read back.
#include "rtmp/Command.h"

#include <cstdlib>

namespace {

constexpr std::uint32_t kMaxDepth = 32;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast::rtmp;
    if (size < 1) return 0;
    Message message;
    message.type = data[0] % 2 == 0 ? MessageType::CommandAmf0 : MessageType::CommandAmf3;
    message.payload.assign(data + 1, data + size);
    const auto command = parseCommand(message, kMaxDepth);
    if (!command.ok()) return 0;

    const Command& read = command.value();
    message.type = MessageType::CommandAmf0;
    message.payload = commandPayload(read.name, read.transactionId, read.arguments);
    const auto back = parseCommand(message, kMaxDepth);
    check(back.ok());
    check(back.value().name == read.name && back.value().arguments == read.arguments);
    return 0;
}
