// GStreamer and FFmpeg ask for SRTP, each in its way.
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/GstLaunch.h"
#include "support/PacketMatch.h"
#include "support/RtspClient.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"
#include "support/TlsHookcast.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

using Words = std::vector<std::string>;
using testing::HasSubstr;

constexpr const char* kBareH264 = "h264_mp4toannexb,filter_units=remove_types=7-9";

/// Over `tcp` or `udp`. GStreamer of Debian 12 trusts no authority but the system's, so it is told to look at none.
class SrtpClients : public testing::TestWithParam<std::string> {
  protected:
    explicit SrtpClients(const std::string& vhost = "")
        : hookcast_("srs_log_level info;\n" +
                    defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }" + vhost)) {}

    std::string rtsps(const std::string& path) const {
        return fmt::format("rtsps://localhost:{}/{}", hookcast_.rtspsPort(), path);
    }

    HookcastServer& server() { return hookcast_.server(); }
    std::string way() const { return GetParam() == "udp" ? " over UDP, by SRTP" : " over TCP, by SRTP"; }

    void playsEveryPacket(const std::string& path);

    TlsHookcast hookcast_;
    TempFolder folder_;
    PacketHashes sent_ = hashesOfFile(h264AacClip(), {kBareH264, ""});
};

/// The same with `rtsp_srtp on`.
class SrtpForAll : public SrtpClients {
  protected:
    SrtpForAll() : SrtpClients("rtsp_srtp on;") {}
};

void SrtpClients::playsEveryPacket(const std::string& path) {
    FfmpegRun publisher({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp",
                         server().rtspUrl("live/clip")});
    server().waitForLog("publishes __defaultVhost__/live/clip");
    RtspClient(server().rtspPort()).require("DESCRIBE", server().rtspUrl("live/clip"));
    publisher.signal(SIGSTOP);
    const std::string video = folder_.file("video.h264");
    const std::string audio = folder_.file("audio.aac");
    ChildProcess player(gstLaunch(
        gstPlayer({"location=" + rtsps(path), "tls-validation-flags=0", "protocols=" + GetParam(), "latency=200"},
                  video, audio)));
    EXPECT_THAT(server().waitForLog("plays __defaultVhost__/live/clip"), HasSubstr(way()));
    publisher.signal(SIGCONT);
    EXPECT_EQ(publisher.waitForExit(), 0);
    // The goodbye is SRTCP, and authentic, or it would not be heard.
    EXPECT_TRUE(player.output().waitFor("Got EOS")) << player.output().text() << player.errors().text();
    player.signal(SIGKILL);
    player.waitForExit();
    EXPECT_EQ(server().log().count("not authentic"), 0U) << "its reports are";

    PacketMatch bytes;
    bytes.times = false;
    bytes.leastVideo = 50;
    bytes.leastAudio = 80;
    bytes.mostAudioLost = 8;
    EXPECT_TRUE(isTailOf(hashesOfFiles(video, audio, {kBareH264, "aac_adtstoasc"}), sent_, bytes));
}

TEST_P(SrtpClients, GStreamerPlaysWhatItsUrlAsksFor) {
    playsEveryPacket("live/clip?srtp=mikey");
}

TEST_P(SrtpForAll, GStreamerPlaysWhatIsOffered) {
    playsEveryPacket("live/clip");
}

TEST_P(SrtpClients, GStreamerPublishesEveryPacket) {
    const FrameHashFiles received(folder_, {kBareH264, ""});
    Words arguments = {"-i", server().url("live/clip")};
    const Words output = received.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    FfmpegRun player(arguments);
    server().waitForLog("plays __defaultVhost__/live/clip");
    ChildProcess publisher(gstLaunch(gstPublisher(
        {"location=" + rtsps("live/clip"), "profiles=savp", "tls-validation-flags=0", "protocols=" + GetParam()},
        h264AacClip())));
    PacketMatch match;
    match.leastVideo = sent_.video.size();
    match.leastAudio = sent_.audio.size() - 8;
    match.mostAudioLost = 8;
    EXPECT_THAT(server().waitForLog("publishes __defaultVhost__/live/clip"), HasSubstr(way()));
    const Deadline deadline;
    while (!deadline.passed() && received.read().video.size() < match.leastVideo) std::this_thread::yield();
    received.waitFor(match.leastVideo + match.leastAudio);
    publisher.signal(SIGKILL);
    publisher.waitForExit();
    server().waitForLog("] closed: ");
    server().stop();
    player.waitForExit();
    match.decodeTimes = true;
    match.toleranceMs = 100;
    EXPECT_TRUE(isTailOf(received.read(), sent_, match));
}

const auto kNameOf = [](const auto& test) { return test.param; };
INSTANTIATE_TEST_SUITE_P(Rtsps, SrtpClients, testing::Values("tcp", "udp"), kNameOf);
INSTANTIATE_TEST_SUITE_P(Rtsps, SrtpForAll, testing::Values("tcp", "udp"), kNameOf);

/// FFmpeg takes no UDP beside RTSPS, and reads keys in the clear. What it gets without them is protected, as its SETUP
/// does not say: it would see nothing of the clip if it were not.
class FfmpegSrtp : public SrtpClients {
  protected:
    explicit FfmpegSrtp(const std::string& vhost = "") : SrtpClients(vhost) {}

    PacketHashes packetsOf(const std::string& path) {
        FfmpegRun publisher({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp",
                             server().rtspUrl("live/clip")});
        server().waitForLog("publishes __defaultVhost__/live/clip");
        RtspClient(server().rtspPort()).require("DESCRIBE", server().rtspUrl("live/clip"));
        publisher.signal(SIGSTOP);
        const FrameHashFiles received(folder_, {kBareH264, ""});
        Words arguments = {"-rtsp_transport", "tcp", "-i", rtsps(path)};
        for (const std::string& argument : received.outputArguments()) arguments.push_back(argument);
        FfmpegRun player(arguments);
        server().waitForLog("plays __defaultVhost__/live/clip");
        publisher.signal(SIGCONT);
        EXPECT_EQ(publisher.waitForExit(), 0);
        player.waitForExit();
        return received.read();
    }
};

TEST_P(FfmpegSrtp, PlaysEveryPacket) {
    PacketMatch match;
    match.leastVideo = 50;
    match.leastAudio = 80;
    match.mostAudioLost = 8;
    const PacketHashes received = packetsOf("live/clip?srtp=sdes");
    EXPECT_TRUE(isTailOf(received, sent_, match));
    EXPECT_THAT(server().waitForLog("plays __defaultVhost__/live/clip"), HasSubstr(way()));
}

/// Where every description tells of SRTP, FFmpeg overlooks that, and gets what its SETUP asks for.
class FfmpegWhereAllMayHaveSrtp : public FfmpegSrtp {
  protected:
    FfmpegWhereAllMayHaveSrtp() : FfmpegSrtp("rtsp_srtp on;") {}
};

TEST_P(FfmpegWhereAllMayHaveSrtp, GoesWithoutUnlessItAsks) {
    PacketMatch match;
    match.leastVideo = 50;
    match.leastAudio = 80;
    match.mostAudioLost = 8;
    EXPECT_TRUE(isTailOf(packetsOf("live/clip"), sent_, match));
    EXPECT_THAT(server().waitForLog("plays __defaultVhost__/live/clip"), testing::EndsWith(" over TCP"));
}

INSTANTIATE_TEST_SUITE_P(Rtsps, FfmpegSrtp, testing::Values("tcp"), kNameOf);
INSTANTIATE_TEST_SUITE_P(Rtsps, FfmpegWhereAllMayHaveSrtp, testing::Values("tcp"), kNameOf);

} // namespace
} // namespace hookcast::integration
