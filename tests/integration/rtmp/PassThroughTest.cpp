#include "support/Configs.h"
#include "support/FlvTags.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;

/// Two codecs, each with its configuration, keyframes, and what lies between them.
std::vector<Message> enhancedMessages(const std::string& videoCodec, std::size_t keyframeBytes,
                                      const std::string& audioCodec = "Opus") {
    std::vector<Message> messages = {enhancedVideo(videoCodec, 0, true, 0, 60), enhancedAudio(audioCodec, 0, 0, 19)};
    for (std::uint32_t ms = 0; ms < 400; ms += 40) {
        const bool keyframe = ms % 200 == 0;
        messages.push_back(enhancedVideo(videoCodec, 1, keyframe, ms, keyframe ? keyframeBytes : 700));
        messages.push_back(enhancedAudio(audioCodec, 1, ms + 10, 150));
    }
    return messages;
}

void expectToPassThrough(const std::vector<Message>& sent, std::uint32_t chunkSizeBytes) {
    HookcastServer server(defaultVhost(), kPublishersTimes);
    const auto player = startPlayer(server.port(), "codecs");
    const auto publisher = startPublisher(server.port(), "codecs");
    publisher->setChunkSize(chunkSizeBytes);

    for (const Message& message : sent) publisher->send(message);

    EXPECT_EQ(seen(player->expectMedia(sent.size())), seen(sent));
    server.stop();
}

struct Codecs {
    std::string video;
    std::string audio;
};

class EveryCodec : public testing::TestWithParam<Codecs> {};

TEST_P(EveryCodec, PassesThroughUntouched) {
    expectToPassThrough(enhancedMessages(GetParam().video, 20000, GetParam().audio), 4096);
}

TEST_P(EveryCodec, IsTheSameOverHttp) {
    HttpHookcast hookcast(defaultVhost(kAllMounts));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "codecs");
    const std::vector<Message> sent = enhancedMessages(GetParam().video, 20000, GetParam().audio);
    // The newest keyframe is where a player begins; what this one has of the stream is one group of pictures.
    const auto later = sent.begin() + 12;
    for (auto message = sent.begin(); message != later; ++message) publisher->send(*message);
    publisher->sync();
    HttpClient player(hookcast.httpPort());
    EXPECT_EQ(player.get("/live/codecs.flv").status, 200);
    for (auto message = later; message != sent.end(); ++message) publisher->send(*message);
    publisher->sync();
    hookcast.server().stop();
    EXPECT_EQ(seen(readFlv(player.receiveToEnd())), seen(sent));
}

INSTANTIATE_TEST_SUITE_P(PassThrough, EveryCodec,
                         testing::Values(Codecs{"hvc1", "Opus"}, Codecs{"av01", "ac-3"}, Codecs{"vp09", "ec-3"}),
                         [](const auto& test) { return test.param.video; });

class EveryChunkSize : public testing::TestWithParam<std::uint32_t> {};

TEST_P(EveryChunkSize, PassesThroughUntouched) {
    expectToPassThrough(enhancedMessages("hvc1", 70000), GetParam());
}

INSTANTIATE_TEST_SUITE_P(PassThrough, EveryChunkSize, testing::Values(1, 128, 4096, 65536, 16 * 1024 * 1024),
                         [](const auto& test) { return std::to_string(test.param); });

TEST(PassThrough, ManyPlayersGetTheSame) {
    HookcastServer server(defaultVhost(), kPublishersTimes);
    constexpr std::size_t kPlayers = 40;
    std::vector<std::unique_ptr<RtmpClient>> players;
    players.reserve(kPlayers);
    for (std::size_t i = 0; i < kPlayers; ++i) players.push_back(startPlayer(server.port(), "popular"));
    const auto publisher = startPublisher(server.port(), "popular");
    const std::vector<Message> sent = enhancedMessages("av01", 5000);

    for (const Message& message : sent) publisher->send(message);

    for (const auto& player : players) EXPECT_EQ(seen(player->expectMedia(sent.size())), seen(sent));
    server.stop();
}

TEST(PassThrough, InterleavedMessagesOfTwoChunkStreamsArriveWhole) {
    HookcastServer server(defaultVhost(), kPublishersTimes);
    const auto player = startPlayer(server.port(), "interleaved");
    const auto publisher = startPublisher(server.port(), "interleaved");
    const Message video = enhancedVideo("hvc1", 1, true, 40, 1000);
    const Message audio = enhancedAudio("Opus", 1, 45, 600);
    const base::Bytes videoChunks = publisher->chunked(video);
    const base::Bytes audioChunks = publisher->chunked(audio);

    // A first chunk has a header of 12 bytes, a further one of 1, and each carries 128.
    constexpr std::size_t kFirst = 12 + 128;
    constexpr std::size_t kFurther = 1 + 128;
    base::Bytes mixed;
    const auto add = [&mixed](const base::Bytes& chunks, std::size_t from, std::size_t to) {
        mixed.insert(mixed.end(), chunks.begin() + static_cast<std::ptrdiff_t>(from),
                     chunks.begin() + static_cast<std::ptrdiff_t>(std::min(to, chunks.size())));
    };
    for (std::size_t from = 0, to = kFirst; from < videoChunks.size(); from = to, to += kFurther) {
        add(videoChunks, from, to);
        if (from < audioChunks.size()) add(audioChunks, from, to);
    }
    publisher->tcp().send(mixed);

    // The audio is shorter, so it is complete first; without video before it, it is where a player begins.
    const auto received = player->expectMedia(2);
    EXPECT_EQ(seen(received), (std::vector<Seen>{seen(audio), seen(video)}));
    server.stop();
}

TEST(PassThrough, AnAbortedMessageIsLeftOut) {
    HookcastServer server(defaultVhost(), kPublishersTimes);
    const auto player = startPlayer(server.port(), "aborted");
    const auto publisher = startPublisher(server.port(), "aborted");
    const Message aborted = enhancedVideo("hvc1", 1, true, 0, 1000);
    const Message whole = enhancedVideo("hvc1", 1, true, 40, 1000);

    const base::Bytes chunks = publisher->chunked(aborted);
    publisher->tcp().send(base::ByteSpan(chunks).first(12 + 128));
    publisher->send({0, rtmp::MessageType::Abort, 0, 2, {0, 0, 0, static_cast<std::uint8_t>(aborted.chunkStreamId)}});
    publisher->send(whole);

    EXPECT_EQ(seen(player->expectMedia(1)), std::vector<Seen>{seen(whole)});
    server.stop();
}

TEST(PassThrough, AnAggregateIsTakenApart) {
    HookcastServer server(defaultVhost(), kPublishersTimes);
    const auto player = startPlayer(server.port(), "aggregate");
    const auto publisher = startPublisher(server.port(), "aggregate");
    const std::vector<Message> parts = {avcKeyframe(5000, 300), aacFrame(5010), avcInterFrame(5040, 90)};

    publisher->send(aggregateOf(parts, 8000));

    // The aggregate's own time counts, and the parts keep their distance to the first.
    std::vector<Seen> expected = seen(parts);
    for (Seen& part : expected) part.timestampMs += 3000;
    EXPECT_EQ(seen(player->expectMedia(parts.size())), expected);
    server.stop();
}

} // namespace
} // namespace hookcast::integration
