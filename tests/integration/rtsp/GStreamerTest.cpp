#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/GstLaunch.h"
#include "support/HookcastServer.h"
#include "support/PacketMatch.h"
#include "support/RtspClient.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <gmock/gmock.h>

#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kBareH264 = "h264_mp4toannexb,filter_units=remove_types=7-9";

/// Clients that are told a token write their tracks' URLs in ways of their own.
constexpr const char* kStream = "live/clip?token=x&b=c";

/// Another client than FFmpeg, over `tcp` or `udp`.
class GStreamer : public testing::TestWithParam<std::string> {
  protected:
    void publishesEveryPacket(const std::string& ranks);

    HookcastServer server_{defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }")};
    TempFolder folder_;
    PacketHashes sent_ = hashesOfFile(h264AacClip(), {kBareH264, ""});
};

TEST_P(GStreamer, PlaysEveryPacketAndEndsWithItsPublisher) {
    FfmpegRun publisher({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp",
                         server_.rtspUrl("live/clip")});
    server_.waitForLog("publishes __defaultVhost__/live/clip");
    RtspClient(server_.rtspPort()).require("DESCRIBE", server_.rtspUrl("live/clip"));
    publisher.signal(SIGSTOP);
    const std::string video = folder_.file("video.h264");
    const std::string audio = folder_.file("audio.aac");
    ChildProcess player(gstLaunch(
        gstPlayer({"location=" + server_.rtspUrl(kStream), "protocols=" + GetParam(), "latency=200"}, video, audio)));
    server_.waitForLog("plays __defaultVhost__/live/clip");
    publisher.signal(SIGCONT);
    EXPECT_EQ(publisher.waitForExit(), 0);
    server_.waitForLog("] closed: ", 3);
    // It is told goodbye, and its files are complete then. gst-launch pauses its pipeline at the end, and now and then
    // waits for ever when its own farewell overtakes that, so its exit is not waited for.
    EXPECT_TRUE(player.output().waitFor("Got EOS")) << player.output().text() << player.errors().text();
    player.signal(SIGKILL);
    player.waitForExit();

    // What it wrote down has no times.
    PacketMatch bytes;
    bytes.times = false;
    bytes.leastVideo = 50;
    bytes.leastAudio = 80;
    bytes.mostAudioLost = 8;
    EXPECT_TRUE(isTailOf(hashesOfFiles(video, audio, {kBareH264, "aac_adtstoasc"}), sent_, bytes));
}

/// AAC into RTP in each of its two ways; of itself it takes MP4A-LATM.
TEST_P(GStreamer, PublishesEveryPacket) {
    publishesEveryPacket("");
}

TEST_P(GStreamer, PublishesEveryPacketOfMpeg4Generic) {
    publishesEveryPacket("rtpmp4apay:NONE");
}

void GStreamer::publishesEveryPacket(const std::string& ranks) {
    const FrameHashFiles received(folder_, {kBareH264, ""});
    Words arguments = {"-i", server_.url("live/clip")};
    const Words output = received.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    FfmpegRun player(arguments);
    server_.waitForLog("plays __defaultVhost__/live/clip");
    ChildProcess::Command command =
        gstLaunch(gstPublisher({"location=" + server_.rtspUrl(kStream), "protocols=" + GetParam()}, h264AacClip()));
    if (!ranks.empty()) command.environment = {{"GST_PLUGIN_FEATURE_RANK", ranks}};
    ChildProcess publisher(command);
    PacketMatch match;
    match.leastVideo = sent_.video.size();
    // Sound that comes before the first keyframe is not played.
    match.leastAudio = sent_.audio.size() - 8;
    match.mostAudioLost = 8;
    const Deadline deadline;
    while (!deadline.passed() && received.read().video.size() < match.leastVideo) std::this_thread::yield();
    received.waitFor(match.leastVideo + match.leastAudio);
    // Over UDP, gst-launch now and then never ends, so it is not waited for; that may cost the last of the sound.
    publisher.signal(SIGKILL);
    publisher.waitForExit();
    server_.waitForLog("] closed: ");
    server_.stop();
    player.waitForExit();

    match.decodeTimes = true;
    // Its first sender reports come late: until then video and audio are placed as they arrive.
    match.toleranceMs = 100;
    EXPECT_TRUE(isTailOf(received.read(), sent_, match));
}

INSTANTIATE_TEST_SUITE_P(Rtsp, GStreamer, testing::Values("tcp", "udp"), [](const auto& test) { return test.param; });

} // namespace
} // namespace hookcast::integration
