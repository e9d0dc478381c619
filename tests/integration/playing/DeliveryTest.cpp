// What of a stream players get, and when: play's reduce_sequence_header, mix_correct, mw_msgs and send_min_interval,
// and publish's kickoff_for_idle.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::IsEmpty;

std::string playingAs(const std::string& play) {
    return fmt::format("vhost __defaultVhost__ {{ play {{ mw_latency 0; {} }} }}\n", play);
}

/// What a player sees, who was there first, of the messages of a publisher.
std::vector<Seen> seenOf(const std::string& play, const std::vector<rtmp::Message>& sent, std::size_t count) {
    HookcastServer server(playingAs(play));
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    for (const rtmp::Message& message : sent) publisher->send(message);
    auto received = seen(player->expectMedia(count));
    server.stop();
    return received;
}

TEST(Delivery, ReduceSequenceHeaderSendsAHeaderOnce) {
    const std::vector<rtmp::Message> sent = {avcConfig(0),     avcKeyframe(0),
                                             avcConfig(40),    avcKeyframe(40, 500, 1),
                                             avcConfig(80, 1), avcKeyframe(80, 500, 2)};
    EXPECT_EQ(seenOf("", sent, 6), seen(sent));
    const std::vector<rtmp::Message> reduced = {sent[0], sent[1], sent[3], sent[4], sent[5]};
    EXPECT_EQ(seenOf("reduce_sequence_header on;", sent, 5), seen(reduced));
}

TEST(Delivery, MixCorrectPutsSoundAndPictureInOrder) {
    const std::vector<rtmp::Message> sent = {avcKeyframe(0), avcInterFrame(40), avcInterFrame(80),
                                             aacFrame(10),   aacFrame(60),      aacFrame(100)};
    EXPECT_EQ(seenOf("", sent, 6), seen(sent));
    const std::vector<rtmp::Message> mixed = {sent[0], sent[3], sent[1], sent[4], sent[2], sent[5]};
    // The last one waits for a picture, which could come before it.
    EXPECT_EQ(seenOf("mix_correct on;", sent, 5), seen(std::vector<rtmp::Message>(mixed.begin(), mixed.end() - 1)));
}

TEST(Delivery, MixCorrectKeepsNothingWhenThePublisherLeaves) {
    HookcastServer server(playingAs("mix_correct on;"));
    const auto player = startPlayer(server.port(), "show");
    {
        const auto publisher = startPublisher(server.port(), "show");
        publisher->send(avcKeyframe(0));
        publisher->ping();
    }
    EXPECT_EQ(seen(player->expectMedia(1)), seen(std::vector<rtmp::Message>{avcKeyframe(0)}));
}

TEST(Delivery, SendMinIntervalGathersWhatComesInBetween) {
    HookcastServer server("vhost __defaultVhost__ { min_latency on; play { send_min_interval 300; } }\n");
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(0, 500, 1));
    player->expectMedia(1);
    const auto began = std::chrono::steady_clock::now();
    publisher->send(avcInterFrame(40, 100, 2));
    player->expectMedia(1);
    // It could leave when 300 ms had passed since the one before; that one was a moment on its way.
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
}

TEST(Delivery, APublisherWhomNobodyPlaysIsEndedWithItsReason) {
    MockBackend backend;
    HookcastServer server(defaultVhost("publish { kickoff_for_idle 0.2; }" + hooksTo(backend)));
    const auto publisher = startPublisher(server.port(), "show");
    const Status farewell = publisher->expectStatus();
    EXPECT_EQ(farewell.description, "nobody has played it for kickoff_for_idle");
    publisher->expectClosed();
    EXPECT_EQ(backend.waitForCall("on_unpublish").text("reason"), farewell.description);
    server.stop();
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
}

} // namespace
} // namespace hookcast::integration
