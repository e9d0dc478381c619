// The first byte chooses the message type of the rest. A command that can be read can be written and read back, and
// whatever it asks for is within the limits, or refused.
#include "rtmp/Command.h"
#include "rtmp/ConnectRequest.h"
#include "rtmp/StreamRequest.h"

#include <cstdlib>

namespace {

constexpr std::uint32_t kMaxDepth = 32;

void check(bool condition) {
    if (!condition) std::abort();
}

void checkRequests(const hookcast::rtmp::Command& command) {
    using namespace hookcast;
    constexpr std::uint32_t kUrlBytes = 256;
    visits::Place place;
    place.app = "live";
    if (const auto request = rtmp::readConnect(command, kUrlBytes)) {
        place = request.value().place;
        check(place.tcUrl.size() <= kUrlBytes && place.app.size() <= kUrlBytes);
    }
    rtmp::readConnectTerms(command);
    rtmp::shownStream(command, "vhost", place);
    if (const auto target = rtmp::readStreamRequest(command, place)) {
        check(!target.value().stream.empty() && target.value().stream.find('/') == std::string::npos);
        check(hooks::faultIn(target.value().stream).empty());
        rtmp::wishFor(target.value(), place);
    }
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
    checkRequests(read);
    message.type = MessageType::CommandAmf0;
    message.payload = commandPayload(read.name, read.transactionId, read.arguments);
    const auto back = parseCommand(message, kMaxDepth);
    check(back.ok());
    check(back.value().name == read.name && back.value().arguments == read.arguments);
    return 0;
}
