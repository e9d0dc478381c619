#include "rtmp/MediaInput.h"

#include "base/ByteReader.h"
#include "media/FlvTag.h"
#include "rtmp/Aggregate.h"
#include "rtmp/Amf0.h"

#include <utility>
#include <vector>

namespace hookcast::rtmp {

namespace {

base::Result<void> writeData(hub::Publication& publication, Message&& message, std::uint32_t amfDepth) {
    base::Bytes payload = std::move(message.payload);
    // Type 15 carries AMF0 values behind one byte that says so.
    if (message.type == MessageType::DataAmf3 && !payload.empty() && payload.front() == 0)
        payload.erase(payload.begin());
    base::ByteReader reader(payload);
    base::Result<Amf> name = readAmf0(reader, amfDepth);
    if (!name) return base::Error{"broken data message: " + name.error().message};
    if (name.value().asString() == "@clearDataFrame") return {};
    if (name.value().asString() == "@setDataFrame") {
        payload.erase(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(reader.position()));
        base::ByteReader rest(payload);
        name = readAmf0(rest, amfDepth);
        if (!name) return base::Error{"broken metadata: " + name.error().message};
    }
    const bool isMetadata = name.value().asString() == "onMetaData";
    publication.write(media::FrameKind::Data, isMetadata ? media::FrameRole::Metadata : media::FrameRole::Other,
                      message.timestampMs, std::move(payload));
    return {};
}

base::Result<void> writeAggregate(hub::Publication& publication, const Message& aggregate, std::uint32_t amfDepth) {
    base::Result<std::vector<Message>> messages = splitAggregate(aggregate);
    if (!messages) return messages.error();
    for (Message& message : messages.value()) {
        base::Result<void> written = writeMedia(publication, std::move(message), amfDepth);
        if (!written) return written;
    }
    return {};
}

} // namespace

base::Result<void> writeMedia(hub::Publication& publication, Message&& message, std::uint32_t amfDepth) {
    // Some encoders keep a silent connection open with empty messages: nothing to pass on.
    if (message.payload.empty()) return {};
    switch (message.type) {
    case MessageType::Audio: {
        const media::FrameRole role = media::audioRole(message.payload);
        publication.write(media::FrameKind::Audio, role, message.timestampMs, std::move(message.payload));
        return {};
    }
    case MessageType::Video: {
        const media::FrameRole role = media::videoRole(message.payload);
        publication.write(media::FrameKind::Video, role, message.timestampMs, std::move(message.payload));
        return {};
    }
    case MessageType::DataAmf0:
    case MessageType::DataAmf3: return writeData(publication, std::move(message), amfDepth);
    case MessageType::Aggregate: return writeAggregate(publication, message, amfDepth);
    default: return {};
    }
}

} // namespace hookcast::rtmp
