// The first four bytes are the timestamp of an aggregate message, the rest is its payload.
#include "rtmp/Aggregate.h"

#include "base/ByteReader.h"

#include <cstdlib>

namespace {

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast;
    if (size < 4) return 0;
    base::ByteReader reader(base::ByteSpan(data, size));
    rtmp::Message aggregate;
    aggregate.type = rtmp::MessageType::Aggregate;
    aggregate.timestampMs = reader.u32();
    const base::ByteSpan payload = reader.rest();
    aggregate.payload.assign(payload.begin(), payload.end());
    const auto messages = rtmp::splitAggregate(aggregate);
    if (!messages.ok() || messages.value().empty()) return 0;

    constexpr std::size_t kElementHeaderBytes = 11;
    std::size_t usedBytes = 0;
    for (const rtmp::Message& message : messages.value()) usedBytes += kElementHeaderBytes + message.payload.size();
    check(usedBytes <= payload.size());
    check(messages.value().front().timestampMs == aggregate.timestampMs);
    return 0;
}
