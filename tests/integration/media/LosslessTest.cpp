#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HookcastServer.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

/// An ffmpeg that plays `url` and writes down every packet.
FfmpegRun startFfmpegPlayer(const std::string& url, const FrameHashFiles& files) {
    std::vector<std::string> arguments = {"-i", url};
    const std::vector<std::string> output = files.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    return FfmpegRun(arguments);
}

/// Pushes `clip` with `offset` seconds added to its times, and compares what a player that was there before
/// received with what the file holds.
void expectEveryPacketToArrive(const std::string& clip, const std::string& offset = "0") {
    HookcastServer server(defaultVhost());
    const TempFolder folder;
    const FrameHashFiles received(folder);
    const PacketHashes sent = hashesOfFile(clip);
    ASSERT_GT(sent.video.size(), 90U);
    ASSERT_GT(sent.audio.size(), 90U);

    FfmpegRun player = startFfmpegPlayer(server.url("live/clip"), received);
    server.waitForLog("plays __defaultVhost__/live/clip");
    runFfmpeg({"-i", clip, "-c", "copy", "-output_ts_offset", offset, "-f", "flv", server.url("live/clip")});
    received.waitFor(sent.count());
    // The player waits for the next publisher: the end of its connection ends it.
    server.stop();
    player.waitForExit();

    EXPECT_EQ(received.read(), sent);
}

TEST(Lossless, EveryPacketOfH264AndAacArrivesInOrder) {
    const PacketHashes clip = hashesOfFile(h264AacClip());
    // Without B-frames the times of the pictures would not be put to the test.
    ASSERT_TRUE(std::ranges::any_of(clip.video, [](const PacketHash& packet) { return packet.ptsMs != packet.dtsMs; }));
    expectEveryPacketToArrive(h264AacClip());
}

TEST(Lossless, EveryPacketOfH264AndMp3ArrivesInOrder) {
    expectEveryPacketToArrive(h264Mp3Clip());
}

TEST(Lossless, TimesPassTheEndOfThreeBytesInTheMiddle) {
    // 0xFFFFFF ms are 16777.2 s: what comes later has an extended timestamp, which FFmpeg reads and writes its own way.
    expectEveryPacketToArrive(h264AacClip(), "16775");
}

TEST(Lossless, APlayerStaysWhileThePublisherComesAgain) {
    HookcastServer server(defaultVhost());
    const TempFolder folder;
    const FrameHashFiles received(folder);
    const PacketHashes sent = hashesOfFile(h264AacClip());

    FfmpegRun player = startFfmpegPlayer(server.url("live/clip"), received);
    server.waitForLog("plays __defaultVhost__/live/clip");
    for (std::size_t push = 1; push <= 2; ++push) {
        runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/clip")});
        received.waitFor(push * sent.count());
    }
    server.stop();
    player.waitForExit();

    const std::vector<PacketHash> video = received.read().video;
    const std::size_t once = sent.video.size();
    ASSERT_EQ(video.size(), 2 * once);
    EXPECT_GT(video[once].dtsMs, video[once - 1].dtsMs);
    // Each time as it was sent, and the second time behind the first.
    for (std::size_t i = 0; i < video.size(); ++i) {
        const PacketHash& original = sent.video[i % once];
        EXPECT_EQ(video[i].hash, original.hash) << i;
        EXPECT_EQ(*video[i].dtsMs - *video[i / once * once].dtsMs, original.dtsMs) << i;
    }
}

TEST(Lossless, TwoPlayersGetTheSame) {
    HookcastServer server(defaultVhost());
    const TempFolder firstFolder;
    const TempFolder secondFolder;
    const FrameHashFiles first(firstFolder);
    const FrameHashFiles second(secondFolder);
    const PacketHashes sent = hashesOfFile(h264AacClip());

    FfmpegRun firstPlayer = startFfmpegPlayer(server.url("live/clip"), first);
    FfmpegRun secondPlayer = startFfmpegPlayer(server.url("live/clip"), second);
    server.waitForLog("plays __defaultVhost__/live/clip", 2);
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/clip")});
    first.waitFor(sent.count());
    second.waitFor(sent.count());
    server.stop();
    firstPlayer.waitForExit();
    secondPlayer.waitForExit();

    EXPECT_EQ(first.read(), sent);
    EXPECT_EQ(second.read(), sent);
}

/// One line per stream: its entries as `key=value` between bars.
std::vector<std::string> streamsSeenByFfprobe(const std::string& url) {
    std::istringstream output(
        runFfprobe({"-analyzeduration", "1000000", "-show_entries",
                    "stream=codec_type,codec_name,width,height,sample_rate", "-of", "compact", url}));
    std::vector<std::string> lines;
    for (std::string line; std::getline(output, line);) {
        if (line.starts_with("stream|")) lines.push_back(line);
    }
    return lines;
}

TEST(Lossless, FfprobeSeesBothStreamsOfARunningPublication) {
    HookcastServer server(defaultVhost());
    const FfmpegRun publisher(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/clip")});
    server.waitForLog("publishes __defaultVhost__/live/clip");

    const std::vector<std::string> streams = streamsSeenByFfprobe(server.url("live/clip"));

    using testing::AllOf;
    using testing::Contains;
    using testing::HasSubstr;
    EXPECT_THAT(streams, Contains(AllOf(HasSubstr("codec_name=h264"), HasSubstr("codec_type=video"),
                                        HasSubstr("width=320"), HasSubstr("height=180")))
                             .Times(1));
    EXPECT_THAT(streams, Contains(AllOf(HasSubstr("codec_name=aac"), HasSubstr("codec_type=audio"),
                                        HasSubstr("sample_rate=44100")))
                             .Times(1));
    EXPECT_THAT(streams, testing::Not(Contains(HasSubstr("codec_type=subtitle"))));
}

} // namespace
} // namespace hookcast::integration
