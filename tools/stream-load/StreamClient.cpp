#include "StreamClient.h"

#include "HttpFlvClient.h"
#include "RtmpClient.h"

namespace hookcast::load {

std::unique_ptr<StreamClient> makePlayClient(net::Loop& loop, const Poco::Net::SocketAddress& address,
                                             const Target& target, StreamClient::Listener& listener) {
    if (target.scheme == "rtmp")
        return std::make_unique<RtmpClient>(loop, address, target, RtmpClient::Role::Play, listener);
    return std::make_unique<HttpFlvClient>(loop, address, target, listener);
}

} // namespace hookcast::load
