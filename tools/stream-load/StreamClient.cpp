#include "StreamClient.h"

#include "HlsClient.h"
#include "HttpFlvClient.h"
#include "RtmpClient.h"
#include "RtspClient.h"
#include "StreamClock.h"

#include "media/FlvTag.h"

#include <utility>

namespace hookcast::load {

std::unique_ptr<StreamClient> makePlayClient(net::Loop& loop, const Poco::Net::SocketAddress& address,
                                             const Target& target, StreamClient::Listener& listener,
                                             std::function<void(std::uint64_t, std::uint64_t)> onReleased) {
    if (target.scheme == "rtmp")
        return std::make_unique<RtmpClient>(loop, address, target, RtmpClient::Role::Play, listener);
    if (target.scheme == "rtsp") return std::make_unique<RtspClient>(loop, address, target, listener);
    if (target.scheme == "http" && target.path.substr(0, target.path.find('?')).ends_with(".m3u8"))
        return std::make_unique<HlsClient>(loop, address, target, listener, std::move(onReleased));
    return std::make_unique<HttpFlvClient>(loop, address, target, listener);
}

void tell(const rtmp::Message& message, StreamClient::Listener& listener) {
    if (message.type == rtmp::MessageType::Video)
        listener.onVideo(media::videoRole(message.payload), message.timestampMs);
    if (message.type != rtmp::MessageType::DataAmf0) return;
    if (const auto stampedUs = readClock(message.payload)) listener.onClock(*stampedUs);
}

} // namespace hookcast::load
