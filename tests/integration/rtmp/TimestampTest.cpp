#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;

std::vector<std::uint32_t> timesOf(const std::vector<Message>& messages) {
    std::vector<std::uint32_t> times;
    times.reserve(messages.size());
    for (const Message& message : messages) times.push_back(message.timestampMs);
    return times;
}

/// A keyframe and what follows it, at these times; larger than a chunk, so that the extended timestamp is repeated.
std::vector<Message> framesAt(const std::vector<std::uint32_t>& times) {
    std::vector<Message> frames;
    frames.reserve(times.size());
    for (const std::uint32_t ms : times)
        frames.push_back(frames.empty() ? avcKeyframe(ms, 1000, ms) : avcInterFrame(ms, 700, ms));
    return frames;
}

void expectTimesToArrive(const std::vector<std::uint32_t>& times) {
    HookcastServer server(defaultVhost(), kPublishersTimes);
    const auto player = startPlayer(server.port(), "times");
    const auto publisher = startPublisher(server.port(), "times");
    const std::vector<Message> sent = framesAt(times);

    for (const Message& frame : sent) publisher->send(frame);

    EXPECT_EQ(seen(player->expectMedia(sent.size())), seen(sent));
    server.stop();
}

TEST(Timestamps, PassTheEndOfThreeBytes) {
    expectTimesToArrive({0xFFFFC0, 0xFFFFFE, 0xFFFFFF, 0x1000000, 0x1000028, 0x2000000});
}

TEST(Timestamps, WrapAfterFourBytes) {
    expectTimesToArrive({0xFFFFFF80, 0xFFFFFFA8, 0xFFFFFFFF, 0, 40, 80, 0xFFFFFE, 0x1000000});
}

TEST(Timestamps, StepsBackAreKept) {
    // B-frames are sent in decoding order, but some encoders let audio and video run past each other.
    expectTimesToArrive({1000, 1080, 1040, 1120});
}

/// Publishes `first`, leaves, publishes `second` in a new connection, and returns what a player saw who stayed.
std::vector<Message> acrossReconnect(const std::vector<Message>& first, const std::vector<Message>& second) {
    HookcastServer server(defaultVhost());
    const auto player = startPlayer(server.port(), "again");
    {
        const auto publisher = startPublisher(server.port(), "again");
        for (const Message& frame : first) publisher->send(frame);
        publisher->ping();
    }
    server.waitForLog("] closed: ");
    const auto publisher = startPublisher(server.port(), "again");
    for (const Message& frame : second) publisher->send(frame);
    std::vector<Message> received = player->expectMedia(first.size() + second.size());
    server.stop();
    return received;
}

TEST(Timestamps, GoOnForAPlayerWhoStaysWhileThePublisherReconnects) {
    const std::vector<Message> first = framesAt({5000, 5040, 5080});
    const std::vector<Message> second = framesAt({0, 40, 80});

    const std::vector<std::uint32_t> times = timesOf(acrossReconnect(first, second));

    EXPECT_TRUE(std::ranges::is_sorted(times)) << testing::PrintToString(times);
    ASSERT_EQ(times.size(), 6U);
    EXPECT_GT(times[3], times[2]);
    EXPECT_LT(times[3], times[2] + 1000U);
    EXPECT_EQ(times[5] - times[3], 80U);
}

TEST(Timestamps, DoNotJumpForwardWithAPublisherWhoReconnects) {
    const std::vector<std::uint32_t> times = timesOf(acrossReconnect(framesAt({0, 40}), framesAt({9000000, 9000040})));

    ASSERT_EQ(times.size(), 4U);
    EXPECT_GT(times[2], times[1]);
    EXPECT_LT(times[2], times[1] + 1000U);
    EXPECT_EQ(times[3] - times[2], 40U);
}

} // namespace
} // namespace hookcast::integration
