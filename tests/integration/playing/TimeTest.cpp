// play.time_jitter and play.atc: which times players see.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;

/// A vhost with `play` in its play block, which hands frames to players at once.
std::string playingAs(const std::string& play) {
    return fmt::format("vhost __defaultVhost__ {{ min_latency on; play {{ mw_latency 0; {} }} }}\n", play);
}

std::vector<std::uint32_t> timesOf(RtmpClient& player, std::size_t count) {
    std::vector<std::uint32_t> times;
    for (const rtmp::Message& message : player.expectMedia(count)) times.push_back(message.timestampMs);
    return times;
}

/// What a player sees of a publisher whose clock begins late and jumps, first by an hour and then back.
std::vector<std::uint32_t> seenWith(const std::string& play, const std::vector<rtmp::Message>& first = {}) {
    HookcastServer server(playingAs(play));
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    for (const rtmp::Message& message : first) publisher->send(message);
    publisher->send(avcKeyframe(50'000, 500, 1));
    publisher->send(aacFrame(50'010, 60, 2));
    publisher->send(avcInterFrame(50'040, 100, 3));
    publisher->send(avcInterFrame(3'650'080, 100, 4));
    publisher->send(avcInterFrame(3'650'120, 100, 5));
    publisher->send(avcInterFrame(0, 100, 6));
    return timesOf(*player, first.size() + 6);
}

TEST(TimeJitter, FullIsTheDefaultAndBeginsNearZeroWithoutJumps) {
    EXPECT_THAT(seenWith(""), ElementsAre(500, 510, 540, 550, 590, 600));
}

TEST(TimeJitter, ZeroBeginsNearZeroAndKeepsJumps) {
    EXPECT_THAT(seenWith("time_jitter zero;"), ElementsAre(500, 510, 540, 3'600'580, 3'600'620, 0));
}

TEST(TimeJitter, OffKeepsThePublishersTimes) {
    EXPECT_THAT(seenWith("time_jitter off;"), ElementsAre(50'000, 50'010, 50'040, 3'650'080, 3'650'120, 0));
}

TEST(TimeJitter, AtcKeepsThemToo) {
    EXPECT_THAT(seenWith("atc on;"), ElementsAre(50'000, 50'010, 50'040, 3'650'080, 3'650'120, 0));
}

TEST(TimeJitter, AtcAutoKeepsThemWhereTheMetadataAsksForIt) {
    EXPECT_THAT(seenWith("atc_auto on;", {metadataWithAtc()}),
                ElementsAre(0, 50'000, 50'010, 50'040, 3'650'080, 3'650'120, 0));
    EXPECT_THAT(seenWith("atc_auto on;", {metadata(320, 180)}), ElementsAre(0, 500, 510, 540, 550, 590, 600));
    EXPECT_THAT(seenWith("", {metadataWithAtc()}), ElementsAre(0, 500, 510, 540, 550, 590, 600));
}

TEST(TimeJitter, ATrackWhoseClockLiesFarBehindGoesOn) {
    for (const char* play : {"", "time_jitter zero;"}) {
        HookcastServer server(playingAs(play));
        const auto player = startPlayer(server.port(), "show");
        const auto publisher = startPublisher(server.port(), "show");
        for (std::uint32_t ms = 0; ms < 120; ms += 40) {
            publisher->send(aacFrame(10'000 + ms, 60, ms));
            publisher->send(avcKeyframe(ms, 500, ms));
        }
        EXPECT_THAT(timesOf(*player, 6), ElementsAre(500, 500, 540, 540, 580, 580));
    }
}

TEST(TimeJitter, TheStreamsTimeIsTheSameForPlayersWhoComeLater) {
    HookcastServer server(playingAs(""));
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(50'000, 500, 1));
    publisher->send(avcKeyframe(50'500, 500, 2));
    publisher->ping();
    const auto player = startPlayer(server.port(), "show");
    EXPECT_THAT(timesOf(*player, 1), ElementsAre(1000));
}

} // namespace
} // namespace hookcast::integration
