#include "effects/Wire.h"

#include "base/ByteWriter.h"
#include "base/Bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace hookcast::integration {

void sendConnect(RtmpClient& client, const HookcastServer& server) {
    client.shakeHands();
    client.sendCommand(
        "connect", 1,
        {rtmp::Amf::object({{"app", rtmp::Amf::string("live")}, {"tcUrl", rtmp::Amf::string(server.url("live"))}})});
}

void expectChunkSize(std::string_view config, std::uint32_t sizeBytes) {
    const HookcastServer server(config);
    RtmpClient client(server.port());
    sendConnect(client, server);
    // As it is on the wire, for a client takes it in without a word: 4 bytes, of type 1, of no stream, then the size.
    base::Bytes wanted = {0, 0, 4, 1, 0, 0, 0, 0};
    base::ByteWriter(wanted).u32(sizeBytes);
    base::Bytes received;
    while (std::ranges::search(received, wanted).empty()) {
        const auto more = client.tcp().receive();
        ASSERT_TRUE(more.has_value());
        received.insert(received.end(), more->begin(), more->end());
    }
}

} // namespace hookcast::integration
