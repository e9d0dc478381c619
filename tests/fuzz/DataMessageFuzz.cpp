// The first byte chooses the message type of the rest. What players are to get lies inside the message, and is read as
// the same again.
#include "rtmp/DataMessage.h"

#include <array>
#include <cstdlib>

namespace {

constexpr std::uint32_t kMaxDepth = 32;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast::rtmp;
    using Kind = DataMessage::Kind;
    if (size < 1) return 0;
    static constexpr std::array kTypes = {MessageType::DataAmf0, MessageType::DataAmf3, MessageType::CommandAmf0,
                                          MessageType::CommandAmf3};
    Message message;
    message.type = kTypes[data[0] % kTypes.size()];
    message.payload.assign(data + 1, data + size);
    const DataMessage read = readDataMessage(message, kMaxDepth);
    if (read.kind == Kind::NoAmf || read.kind == Kind::ClearMetadata) {
        check(read.values.empty());
        return 0;
    }
    check(!read.values.empty() && read.values.size() <= message.payload.size());
    check(&read.values.back() == &message.payload.back());
    Message again;
    again.type = MessageType::DataAmf0;
    again.payload.assign(read.values.begin(), read.values.end());
    if (read.kind == Kind::Metadata) check(readDataMessage(again, kMaxDepth).kind == Kind::Metadata);
    return 0;
}
