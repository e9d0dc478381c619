#include "support/FlvTags.h"

#include "base/ByteReader.h"

#include <stdexcept>

namespace hookcast::integration {

std::vector<rtmp::Message> readFlv(std::string_view flv) {
    constexpr std::size_t kTagHeaderBytes = 11;
    if (flv.size() < kFlvHeaderBytes || !flv.starts_with("FLV\x01")) throw std::runtime_error("this is no FLV");
    base::ByteReader reader(base::asBytes(flv));
    reader.bytes(kFlvHeaderBytes);
    std::vector<rtmp::Message> messages;
    while (reader.remaining() > 0) {
        rtmp::Message message;
        message.type = static_cast<rtmp::MessageType>(reader.u8());
        const std::uint32_t bodyBytes = reader.u24();
        message.timestampMs = reader.u24();
        message.timestampMs |= static_cast<std::uint32_t>(reader.u8()) << 24U;
        if (reader.u24() != 0) throw std::runtime_error("an FLV tag with a stream id");
        const base::ByteSpan body = reader.bytes(bodyBytes);
        const std::uint32_t sizeBefore = reader.u32();
        if (!reader.ok()) break;
        if (sizeBefore != bodyBytes + kTagHeaderBytes) throw std::runtime_error("an FLV tag with a wrong end");
        message.payload.assign(body.begin(), body.end());
        messages.push_back(std::move(message));
    }
    return messages;
}

} // namespace hookcast::integration
