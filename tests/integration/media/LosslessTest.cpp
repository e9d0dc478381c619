#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

std::string vhostWith(std::string_view content) {
    return fmt::format("vhost __defaultVhost__ {{\n{}\n}}\n", content);
}

/// An ffmpeg that plays `url` and writes down every packet.
FfmpegRun startPlayer(const std::string& url, const FrameHashFiles& files) {
    std::vector<std::string> arguments = {"-i", url};
    const std::vector<std::string> output = files.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    return FfmpegRun(arguments);
}

/// Pushes `clip` and compares what a player that was there before received with what the file holds.
void expectEveryPacketToArrive(const std::string& clip) {
    HookcastServer server(vhostWith("play { mw_latency 0; }"));
    const TempFolder folder;
    const FrameHashFiles received(folder);
    const PacketHashes sent = hashesOfFile(clip);

    FfmpegRun player = startPlayer(server.url("live/clip"), received);
    server.waitForLog("plays __defaultVhost__/live/clip");
    runFfmpeg({"-i", clip, "-c", "copy", "-f", "flv", server.url("live/clip")});
    received.waitFor(sent.count());
    player.finish();

    EXPECT_EQ(received.read(), sent);
    server.stop();
}

TEST(Lossless, EveryPacketOfH264AndAacArrivesInOrder) {
    expectEveryPacketToArrive(h264AacClip());
}

} // namespace
} // namespace hookcast::integration
