#pragma once

#include "support/RtmpClient.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// The connect request of a client that was given `rtmp://127.0.0.1:PORT/app`.
ConnectRequest requestFor(std::uint16_t port, std::string_view app);

/// A client that has shaken hands and connected to `app`. Throws std::runtime_error when the server refuses.
std::unique_ptr<RtmpClient> connectClient(std::uint16_t port, std::string_view app = "live",
                                          int receiveBufferBytes = 0);

/// One that publishes, likewise.
std::unique_ptr<RtmpClient> startPublisher(std::uint16_t port, std::string_view stream, std::string_view app = "live");

/// One that plays, likewise.
std::unique_ptr<RtmpClient> startPlayer(std::uint16_t port, std::string_view stream, std::string_view app = "live",
                                        int receiveBufferBytes = 0);

} // namespace hookcast::integration
