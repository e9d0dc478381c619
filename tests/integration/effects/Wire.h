#pragma once

#include "support/HookcastServer.h"
#include "support/RtmpClient.h"

#include <cstdint>
#include <string_view>

namespace hookcast::integration {

/// A client of `server` shakes hands and asks to connect, and does not wait for the answer.
void sendConnect(RtmpClient& client, const HookcastServer& server);

/// Fails the running test unless a server with this configuration tells a client this chunk size.
void expectChunkSize(std::string_view config, std::uint32_t sizeBytes);

} // namespace hookcast::integration
