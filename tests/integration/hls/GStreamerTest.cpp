// Another player than FFmpeg's.
#include "support/ChildProcess.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HlsViewer.h"
#include "support/PacketMatch.h"
#include "support/Protocol.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr const char* kBareH264 = "h264_mp4toannexb,filter_units=remove_types=7-9";

ChildProcess::Command gstLaunch(const std::string& pipeline) {
    ChildProcess::Command command;
    std::istringstream words("gst-launch-1.0 " + pipeline);
    for (std::string word; words >> word;) command.words.push_back(word);
    return command;
}

TEST(HlsGStreamer, PlaysEveryPacket) {
    const ProtocolServer server("hls { enabled on; hls_fragment 1; hls_window 600; }\n");
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "flv", server.publishUrl(Protocol::Rtmp, "clip")});
    HlsViewer viewer(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
    viewer.waitFor([](const auto& now) { return now.hasEnded; });
    const TempFolder folder;
    const std::string video = folder.file("video.h264");
    const std::string audio = folder.file("audio.aac");
    ChildProcess player(gstLaunch(fmt::format(
        "souphttpsrc location=http://127.0.0.1:{}/live/clip.m3u8 ! hlsdemux ! tsdemux name=d "
        "d. ! queue ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au ! filesink location={} "
        "d. ! queue ! aacparse ! audio/mpeg,stream-format=adts ! filesink location={}",
        server.port(Protocol::HttpFlv), video, audio)));
    EXPECT_TRUE(player.output().waitFor("Got EOS")) << player.output().text() << player.errors().text();
    player.signal(SIGKILL);
    player.waitForExit();
    const PacketHashes sent = hashesOfFile(h264AacClip(), {kBareH264, ""});
    // What it wrote down has no times.
    PacketMatch bytes;
    bytes.times = false;
    bytes.leastVideo = sent.video.size();
    bytes.leastAudio = sent.audio.size();
    EXPECT_TRUE(isTailOf(hashesOfFiles(video, audio, {kBareH264, "aac_adtstoasc"}), sent, bytes));
}

} // namespace
} // namespace hookcast::integration
