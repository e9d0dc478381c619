#include "support/Sessions.h"

#include <fmt/format.h>

#include <stdexcept>

namespace hookcast::integration {

namespace {

void requireSuccess(const Status& status) {
    if (status.level != "status")
        throw std::runtime_error(fmt::format("refused: {} {}", status.code, status.description));
}

} // namespace

ConnectRequest requestFor(std::uint16_t port, std::string_view app) {
    ConnectRequest request;
    request.tcUrl = fmt::format("rtmp://127.0.0.1:{}/{}", port, app);
    request.app = app;
    return request;
}

std::unique_ptr<RtmpClient> connectClient(std::uint16_t port, std::string_view app, int receiveBufferBytes) {
    auto client = std::make_unique<RtmpClient>(port, receiveBufferBytes);
    client->shakeHands();
    requireSuccess(client->connect(requestFor(port, app)));
    return client;
}

std::unique_ptr<RtmpClient> startPublisher(std::uint16_t port, std::string_view stream, std::string_view app) {
    auto client = connectClient(port, app);
    client->createStream();
    requireSuccess(client->publish(stream));
    return client;
}

std::unique_ptr<RtmpClient> startPlayer(std::uint16_t port, std::string_view stream, std::string_view app,
                                        int receiveBufferBytes) {
    auto client = connectClient(port, app, receiveBufferBytes);
    client->createStream();
    requireSuccess(client->play(stream));
    // The verdict comes before the player is among those whom a publication reaches.
    client->sync();
    return client;
}

} // namespace hookcast::integration
