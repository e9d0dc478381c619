#include "rtmp/MediaInput.h"

#include "media/FlvTag.h"
#include "rtmp/Aggregate.h"
#include "rtmp/DataMessage.h"

#include <utility>
#include <vector>

namespace hookcast::rtmp {

namespace {

MediaTaken writeData(hub::Publication& publication, Message&& message, std::uint32_t amfDepth) {
    const DataMessage data = readDataMessage(message, amfDepth);
    if (data.kind == DataMessage::Kind::NoAmf) return MediaTaken::PassedOver;
    const bool isOther = data.kind == DataMessage::Kind::Other;
    publication.write(media::FrameKind::Data, isOther ? media::FrameRole::Other : media::FrameRole::Metadata,
                      message.timestampMs, base::Bytes(data.values.begin(), data.values.end()));
    return MediaTaken::Yes;
}

base::Result<MediaTaken> writeAggregate(hub::Publication& publication, const Message& aggregate,
                                        std::uint32_t amfDepth) {
    base::Result<std::vector<Message>> messages = splitAggregate(aggregate);
    if (!messages) return messages.error();
    MediaTaken taken = MediaTaken::Yes;
    for (Message& message : messages.value()) {
        const base::Result<MediaTaken> one = writeMedia(publication, std::move(message), amfDepth);
        if (!one) return one.error();
        if (one.value() == MediaTaken::PassedOver) taken = MediaTaken::PassedOver;
    }
    return taken;
}

} // namespace

base::Result<MediaTaken> writeMedia(hub::Publication& publication, Message&& message, std::uint32_t amfDepth) {
    // Some encoders keep a silent connection open with empty messages: nothing to pass on.
    if (message.payload.empty()) return MediaTaken::Yes;
    switch (message.type) {
    case MessageType::Audio: {
        const media::FrameRole role = media::audioRole(message.payload);
        publication.write(media::FrameKind::Audio, role, message.timestampMs, std::move(message.payload));
        return MediaTaken::Yes;
    }
    case MessageType::Video: {
        const media::FrameRole role = media::videoRole(message.payload);
        publication.write(media::FrameKind::Video, role, message.timestampMs, std::move(message.payload));
        return MediaTaken::Yes;
    }
    case MessageType::DataAmf0:
    case MessageType::DataAmf3: return writeData(publication, std::move(message), amfDepth);
    case MessageType::Aggregate: return writeAggregate(publication, message, amfDepth);
    default: return MediaTaken::Yes;
    }
}

} // namespace hookcast::rtmp
