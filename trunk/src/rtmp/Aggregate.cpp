#include "rtmp/Aggregate.h"

#include "base/ByteReader.h"

#include <fmt/format.h>
#include <utility>

namespace hookcast::rtmp {

namespace {

/// One element of an aggregate looks like a tag of an FLV file.
struct Element {
    MessageType type = MessageType::Audio;
    std::uint32_t timestampMs = 0;
    base::ByteSpan payload;
};

Element readElement(base::ByteReader& reader) {
    Element element;
    element.type = static_cast<MessageType>(reader.u8());
    const std::uint32_t lengthBytes = reader.u24();
    element.timestampMs = reader.u24();
    element.timestampMs |= static_cast<std::uint32_t>(reader.u8()) << 24U;
    reader.u24(); // the stream id: that of the aggregate counts
    element.payload = reader.bytes(lengthBytes);
    return element;
}

} // namespace

base::Result<std::vector<Message>> splitAggregate(const Message& aggregate) {
    std::vector<Message> messages;
    base::ByteReader reader(aggregate.payload);
    std::uint32_t offsetMs = 0;
    while (reader.remaining() > 0) {
        const std::size_t position = reader.position();
        const Element element = readElement(reader);
        if (reader.remaining() > 0) reader.u32(); // the back pointer
        if (!reader.ok()) return base::Error{fmt::format("aggregate message: cut off in the element at {}", position)};
        if (element.type == MessageType::Aggregate) return base::Error{"aggregate message inside an aggregate message"};
        if (messages.empty()) offsetMs = aggregate.timestampMs - element.timestampMs;
        messages.push_back({element.timestampMs + offsetMs, element.type, aggregate.messageStreamId,
                            aggregate.chunkStreamId, base::Bytes(element.payload.begin(), element.payload.end())});
    }
    return messages;
}

} // namespace hookcast::rtmp
