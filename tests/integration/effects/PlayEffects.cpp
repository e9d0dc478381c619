// vhost.play, and its old places in the vhost itself.
#include "effects/Effect.h"

#include "support/HookcastServer.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Frames reach players at once, unless `content` says otherwise.
std::string atOnce(std::string_view content) {
    return fmt::format("vhost __defaultVhost__ {{ min_latency on; {} }}\n", content);
}

/// What a player who was there first sees of `sent`: the first `count` messages.
std::vector<Seen> seenWith(std::string_view content, const std::vector<Message>& sent, std::size_t count) {
    const HookcastServer server(atOnce(content));
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : sent) publisher->send(message);
    return seen(player->expectMedia(count));
}

/// The first that a player sees who comes after `before`, of `after`.
Seen firstSeenWith(std::string_view content, const std::vector<Message>& before, const Message& after) {
    const HookcastServer server(atOnce(content));
    const auto publisher = startPublisher(server.port(), "show");
    for (const Message& message : before) publisher->send(message);
    publisher->sync();
    const auto player = startPlayer(server.port(), "show");
    publisher->send(after);
    return seen(player->expectMedia(1).front());
}

void gopCache(std::string_view off) {
    const std::vector<Message> before = {avcKeyframe(0, 500, 1), avcInterFrame(40, 100, 2)};
    const Message after = avcKeyframe(80, 500, 3);
    EXPECT_EQ(firstSeenWith(off, before, after), seen(after));
    EXPECT_EQ(firstSeenWith("", before, after), seen(before.front()));
}

void gopCacheMaxFrames(std::string_view two) {
    const std::vector<Message> before = {avcKeyframe(0, 500, 1), avcInterFrame(40, 100, 2), avcInterFrame(80, 100, 3)};
    const Message after = avcKeyframe(120, 500, 4);
    EXPECT_EQ(firstSeenWith(two, before, after), seen(after));
    EXPECT_EQ(firstSeenWith("", before, after), seen(before.front()));
}

constexpr std::uint32_t kTenSeconds = 250;

/// A picture with this number, of a stream of 25 per second, so large that no socket takes ten seconds of them.
Message largePicture(std::uint32_t number) {
    const std::uint32_t timeMs = number * 40;
    return number % 10 == 0 ? avcKeyframe(timeMs, 50'000, number) : avcInterFrame(timeMs, 50'000, number);
}

void queueLength(std::string_view second) {
    const HookcastServer server(atOnce(second));
    const auto slow = startPlayer(server.port(), "show", "live", 4096);
    const auto publisher = startPublisher(server.port(), "show");
    publisher->setChunkSize(65536);
    // The default is longer than all there is.
    for (std::uint32_t i = 0; i < kTenSeconds; ++i) publisher->send(largePicture(i));
    server.waitForLog("jumped to the newest keyframe");
}

void sendTimeout() {
    /// A player that takes nothing, and a publisher that has filled its connection.
    struct Stuck {
        explicit Stuck(std::string_view content) : server(atOnce(content)) {
            publisher->setChunkSize(65536);
            for (std::uint32_t i = 0; i < kTenSeconds; ++i) publisher->send(largePicture(i));
        }
        /// Each further message has the server look at its players.
        void goOn() const {
            publisher->send(aacFrame(kTenSeconds * 40));
            publisher->sync();
        }
        bool hasEnded() const { return server.log().count("closed: the player took nothing for the send timeout") > 0; }

        HookcastServer server;
        std::unique_ptr<RtmpClient> player = startPlayer(server.port(), "show", "live", 4096);
        std::unique_ptr<RtmpClient> publisher = startPublisher(server.port(), "show");
    };
    const Stuck stays("play { send_timeout 600000; }");
    const Stuck ends("play { send_timeout 300; }");
    for (const Deadline deadline; !ends.hasEnded();) {
        ASSERT_FALSE(deadline.passed());
        stays.goOn();
        ends.goOn();
    }
    EXPECT_FALSE(stays.hasEnded());
}

/// How long what was sent right after another message is on its way.
milliseconds delayWith(std::string_view content, const std::vector<Message>& second) {
    const HookcastServer server(fmt::format("vhost __defaultVhost__ {{ {} }}\n", content));
    const auto player = startPlayer(server.port(), "show");
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(0, 500, 1));
    player->expectMedia(1);
    const Clock::time_point began = Clock::now();
    for (const Message& message : second) publisher->send(message);
    player->expectMedia(second.size());
    return std::chrono::duration_cast<milliseconds>(Clock::now() - began);
}

const std::vector<Message>& oneFrame() {
    static const std::vector<Message> kFrames = {avcInterFrame(40, 100, 2)};
    return kFrames;
}

void mwLatency(std::string_view long1200) {
    // The first message came with a flush, the second one comes with the next; the default is 350 ms.
    EXPECT_GE(delayWith(long1200, oneFrame()), milliseconds(800));
}

void mwMessages() {
    std::vector<Message> tenFrames;
    for (unsigned i = 1; i <= 10; ++i) tenFrames.push_back(avcInterFrame(i * 40, 100, i));
    // The default is less than these.
    EXPECT_GE(delayWith("play { mw_latency 50; mw_msgs 128; }", tenFrames), milliseconds(700));
}

void sendMinInterval(std::string_view long500) {
    EXPECT_GE(delayWith(fmt::format("min_latency on; {}", long500), oneFrame()), milliseconds(350));
}

/// The time that a player sees on the first picture of a publisher whose clock has run for a while.
std::uint32_t timeSeenWith(std::string_view content, const Message& first = metadata(320, 180)) {
    return seenWith(content, {first, avcKeyframe(50'000)}, 2).back().timestampMs;
}

void keepsThePublishersTime(std::string_view content) {
    EXPECT_EQ(timeSeenWith(content), 50'000U);
    EXPECT_EQ(timeSeenWith(""), 500U);
}

void atcAuto(std::string_view on) {
    EXPECT_EQ(timeSeenWith(on, metadataWithAtc()), 50'000U);
    EXPECT_EQ(timeSeenWith(on), 500U);
    EXPECT_EQ(timeSeenWith("", metadataWithAtc()), 500U);
}

void mixCorrect(std::string_view on) {
    const std::vector<Message> sent = {avcKeyframe(0), avcInterFrame(40), aacFrame(10), aacFrame(60)};
    EXPECT_EQ(seenWith("", sent, 3), seen({sent[0], sent[1], sent[2]}));
    EXPECT_EQ(seenWith(on, sent, 3), seen({sent[0], sent[2], sent[1]}));
}

void reduceSequenceHeader(std::string_view on) {
    const std::vector<Message> sent = {avcConfig(0), avcKeyframe(0), avcConfig(40), avcKeyframe(40, 500, 1)};
    EXPECT_EQ(seenWith("", sent, 3), seen({sent[0], sent[1], sent[2]}));
    EXPECT_EQ(seenWith(on, sent, 3), seen({sent[0], sent[1], sent[3]}));
}

} // namespace

Effects playEffects() {
    return {
        {"vhost.play.gop_cache", [] { gopCache("play { gop_cache off; }"); }},
        {"vhost.gop_cache", [] { gopCache("gop_cache off;"); }},
        {"vhost.play.gop_cache_max_frames", [] { gopCacheMaxFrames("play { gop_cache_max_frames 2; }"); }},
        {"vhost.gop_cache_max_frames", [] { gopCacheMaxFrames("gop_cache_max_frames 2;"); }},
        {"vhost.play.queue_length", [] { queueLength("play { queue_length 1; }"); }},
        {"vhost.queue_length", [] { queueLength("queue_length 1;"); }},
        {"vhost.play.send_timeout", sendTimeout},
        {"vhost.play.mw_latency", [] { mwLatency("play { mw_latency 1200; mw_msgs 0; }"); }},
        {"vhost.mw_latency", [] { mwLatency("mw_latency 1200; play { mw_msgs 0; }"); }},
        {"vhost.play.mw_msgs", mwMessages},
        {"vhost.play.send_min_interval", [] { sendMinInterval("play { send_min_interval 500; }"); }},
        {"vhost.send_min_interval", [] { sendMinInterval("send_min_interval 500;"); }},
        {"vhost.play.time_jitter", [] { keepsThePublishersTime("play { time_jitter off; }"); }},
        {"vhost.time_jitter", [] { keepsThePublishersTime("time_jitter off;"); }},
        {"vhost.play.atc", [] { keepsThePublishersTime("play { atc on; }"); }},
        {"vhost.atc", [] { keepsThePublishersTime("atc on;"); }},
        {"vhost.play.atc_auto", [] { atcAuto("play { atc_auto on; }"); }},
        {"vhost.atc_auto", [] { atcAuto("atc_auto on;"); }},
        {"vhost.play.mix_correct", [] { mixCorrect("play { mix_correct on; }"); }},
        {"vhost.mix_correct", [] { mixCorrect("mix_correct on;"); }},
        {"vhost.play.reduce_sequence_header", [] { reduceSequenceHeader("play { reduce_sequence_header on; }"); }},
        {"vhost.reduce_sequence_header", [] { reduceSequenceHeader("reduce_sequence_header on;"); }},
    };
}

} // namespace hookcast::integration
