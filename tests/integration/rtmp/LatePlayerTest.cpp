#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;

const Message kVideoConfig = avcConfig(0);
const Message kAudioConfig = aacConfig(0);

std::unique_ptr<RtmpClient> publisherWithHeaders(const HookcastServer& server) {
    auto publisher = startPublisher(server.port(), "late");
    publisher->send(metadata(640, 360));
    publisher->send(kVideoConfig);
    publisher->send(kAudioConfig);
    return publisher;
}

std::vector<base::Bytes> payloadsOf(const std::vector<Message>& messages) {
    std::vector<base::Bytes> payloads;
    payloads.reserve(messages.size());
    for (const Message& message : messages) payloads.push_back(message.payload);
    return payloads;
}

TEST(LatePlayer, GetsTheHeadersThenTheGroupOfPicturesThenWhatFollows) {
    HookcastServer server(defaultVhost());
    const auto publisher = publisherWithHeaders(server);
    for (const Message& frame : {avcKeyframe(0, 500, 1), aacFrame(10), avcInterFrame(40)}) publisher->send(frame);
    const std::vector<Message> group = {avcKeyframe(1000, 500, 2), aacFrame(1010, 60, 2), avcInterFrame(1040, 100, 2)};
    for (const Message& frame : group) publisher->send(frame);
    publisher->ping();

    const auto player = startPlayer(server.port(), "late");
    const std::vector<Message> first = player->expectMedia(6);
    const Message live = avcInterFrame(1080, 100, 3);
    publisher->send(live);

    // FFmpeg takes metadata with a time for a subtitle.
    EXPECT_EQ(first.front().timestampMs, 0U);
    EXPECT_EQ(payloadsOf({first.begin(), first.begin() + 3}),
              (std::vector<base::Bytes>{metadataPayload(640, 360), kVideoConfig.payload, kAudioConfig.payload}));
    EXPECT_EQ(seen({first.begin() + 3, first.end()}), seen(group));
    EXPECT_EQ(seen(player->expectMedia(1)), std::vector<Seen>{seen(live)});
    server.stop();
}

TEST(LatePlayer, WithoutCacheWaitsForTheNextKeyframe) {
    HookcastServer server(defaultVhost("gop_cache off;"));
    const auto publisher = publisherWithHeaders(server);
    for (const Message& frame : {avcKeyframe(0, 500, 1), avcInterFrame(40)}) publisher->send(frame);
    publisher->ping();

    const auto player = startPlayer(server.port(), "late");
    // The publisher's loop hears of the player by post: after a second round it has.
    for (int round = 0; round < 2; ++round) publisher->ping();
    publisher->send(avcInterFrame(80));
    publisher->send(aacFrame(90));
    const Message keyframe = avcKeyframe(1000, 500, 2);
    publisher->send(keyframe);
    const std::vector<Message> first = player->expectMedia(4);

    EXPECT_EQ(payloadsOf(first), (std::vector<base::Bytes>{metadataPayload(640, 360), kVideoConfig.payload,
                                                           kAudioConfig.payload, keyframe.payload}));
    EXPECT_EQ(first.back().timestampMs, 1000U);
    server.stop();
}

TEST(LatePlayer, GetsTheNewestHeaders) {
    HookcastServer server(defaultVhost());
    const auto publisher = publisherWithHeaders(server);
    publisher->send(avcKeyframe(0));
    const Message newConfig = avcConfig(1000, 7);
    publisher->send(metadata(1280, 720));
    publisher->send(newConfig);
    publisher->send(avcKeyframe(1000, 500, 1));
    publisher->ping();

    const auto player = startPlayer(server.port(), "late");
    const std::vector<Message> first = player->expectMedia(2);

    EXPECT_EQ(payloadsOf(first), (std::vector<base::Bytes>{metadataPayload(1280, 720), newConfig.payload}));
    server.stop();
}

TEST(LatePlayer, OfAStreamWithoutVideoBeginsWithItsSound) {
    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "radio");
    publisher->send(kAudioConfig);
    for (std::uint32_t ms = 0; ms < 100; ms += 20) publisher->send(aacFrame(ms, 60, ms));
    publisher->ping();

    const auto player = startPlayer(server.port(), "radio");
    const Message live = aacFrame(100, 60, 100);
    publisher->send(live);
    std::vector<Message> received = player->expectMedia(2);
    EXPECT_EQ(received.front().payload, kAudioConfig.payload);
    while (received.back().timestampMs < 100) received = player->expectMedia(1);
    EXPECT_EQ(seen(received.back()), seen(live));
    server.stop();
}

} // namespace
} // namespace hookcast::integration
