#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HookcastServer.h"
#include "support/PacketMatch.h"
#include "support/RtspClient.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <gmock/gmock.h>

#include <csignal>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using Arguments = std::vector<std::string>;

// In FLV and MP4 a picture is units behind their lengths, and the parameter sets stand apart; in RTP they stand before
// each keyframe, and FFmpeg writes start codes. These make one form of both: start codes, no parameter sets; no SEI of
// HEVC either, as x265 puts one among its parameter sets.
constexpr const char* kBareH264 = "h264_mp4toannexb,filter_units=remove_types=7-9";
constexpr const char* kBareHevc = "hevc_mp4toannexb,filter_units=remove_types=32-35|39";

enum class Way { Rtmp, RtspTcp, RtspUdp };

std::string nameOf(Way way) {
    if (way == Way::Rtmp) return "Rtmp";
    return way == Way::RtspTcp ? "RtspTcp" : "RtspUdp";
}

struct Media {
    const char* name;
    std::string (*clip)();
    const char* videoFilter;
    std::size_t mostGathered = 0; ///< audio frames in one RTP packet, where FFmpeg makes it of several
    bool firstAudioTime = true;   ///< see PacketMatch
};

std::ostream& operator<<(std::ostream& out, const Media& media) {
    return out << media.name;
}

/// A clip that goes from one ffmpeg to another.
class Passage : public testing::TestWithParam<std::tuple<Media, Way, Way>> {
  protected:
    Passage() : media_(std::get<0>(GetParam())), in_(std::get<1>(GetParam())), out_(std::get<2>(GetParam())) {}

    Arguments publisherArguments() const {
        Arguments arguments = {"-re", "-i", media_.clip(), "-c", "copy"};
        if (in_ == Way::Rtmp)
            arguments.insert(arguments.end(), {"-f", "flv", server_.url("live/clip")});
        else
            arguments.insert(arguments.end(), {"-f", "rtsp", "-rtsp_transport", in_ == Way::RtspTcp ? "tcp" : "udp",
                                               server_.rtspUrl("live/clip")});
        return arguments;
    }

    Arguments playerArguments() const {
        Arguments arguments;
        if (out_ == Way::Rtmp)
            arguments = {"-i", server_.url("live/clip")};
        else
            arguments = {"-rtsp_transport", out_ == Way::RtspTcp ? "tcp" : "udp", "-i", server_.rtspUrl("live/clip")};
        const Arguments output = received_.outputArguments();
        arguments.insert(arguments.end(), output.begin(), output.end());
        return arguments;
    }

    /// RTMP players wait for the stream, and see all of it; no packet is later than the end of its publisher.
    void playByRtmp(std::size_t count) {
        FfmpegRun player(playerArguments());
        server_.waitForLog("plays __defaultVhost__/live/clip");
        runFfmpeg(publisherArguments());
        server_.waitForLog("] closed: ");
        received_.waitFor(count);
        server_.stop();
        player.waitForExit();
    }

    /// RTSP players come when it is there: it is held until they are, and its end is theirs.
    void playByRtsp() {
        FfmpegRun publisher(publisherArguments());
        server_.waitForLog("publishes __defaultVhost__/live/clip");
        // Answered when both tracks are there.
        RtspClient(server_.rtspPort()).require("DESCRIBE", server_.rtspUrl("live/clip"));
        publisher.signal(SIGSTOP);
        FfmpegRun player(playerArguments());
        server_.waitForLog("plays __defaultVhost__/live/clip");
        publisher.signal(SIGCONT);
        EXPECT_EQ(publisher.waitForExit(), 0) << publisher.messages();
        player.waitForExit();
    }

    Media media_;
    Way in_;
    Way out_;
    HookcastServer server_{defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }")};
    TempFolder folder_;
    FrameHashFiles received_{folder_, {media_.videoFilter, ""}};
};

TEST_P(Passage, IsLossless) {
    const PacketHashes sent = hashesOfFile(media_.clip(), {media_.videoFilter, ""});
    ASSERT_GE(sent.video.size(), 99U);
    PacketMatch match;
    match.mostAudioLost = in_ == Way::Rtmp ? 0 : media_.mostGathered;
    // Who comes in late still gets the seconds that were not over.
    match.leastVideo = out_ == Way::Rtmp ? sent.video.size() : 50;
    match.leastAudio = out_ == Way::Rtmp ? sent.audio.size() - match.mostAudioLost : sent.audio.size() / 2;
    if (out_ == Way::Rtmp)
        playByRtmp(match.leastVideo + match.leastAudio);
    else
        playByRtsp();
    match.firstAudioTime = out_ == Way::Rtmp || media_.firstAudioTime;
    match.decodeTimes = out_ == Way::Rtmp;
    EXPECT_TRUE(isTailOf(received_.read(), sent, match));
}

std::string nameOfPassage(const testing::TestParamInfo<Passage::ParamType>& test) {
    return std::string(std::get<0>(test.param).name) + "_" + nameOf(std::get<1>(test.param)) + "_" +
           nameOf(std::get<2>(test.param));
}

// H.264 with AAC goes every way in media/MatrixTest.
INSTANTIATE_TEST_SUITE_P(FromRtsp, Passage,
                         testing::Combine(testing::Values(Media{"H264Mp3", h264Mp3Clip, kBareH264, 8, false},
                                                          Media{"H264Pcma", h264PcmaClip, kBareH264},
                                                          Media{"H264Pcmu", h264PcmuClip, kBareH264}),
                                          testing::Values(Way::RtspTcp, Way::RtspUdp),
                                          testing::Values(Way::Rtmp, Way::RtspTcp, Way::RtspUdp)),
                         nameOfPassage);

INSTANTIATE_TEST_SUITE_P(FromRtmp, Passage,
                         testing::Combine(testing::Values(Media{"H264Mp3", h264Mp3Clip, kBareH264, 8, false},
                                                          Media{"H264Pcma", h264PcmaClip, kBareH264},
                                                          Media{"H264Pcmu", h264PcmuClip, kBareH264}),
                                          testing::Values(Way::Rtmp), testing::Values(Way::RtspTcp, Way::RtspUdp)),
                         nameOfPassage);

// What FLV, or FFmpeg's, does not carry, goes from RTSP to RTSP.
INSTANTIATE_TEST_SUITE_P(RtspAlone, Passage,
                         testing::Combine(testing::Values(Media{"HevcAac", hevcAacClip, kBareHevc, 8},
                                                          Media{"H264Opus", h264OpusClip, kBareH264},
                                                          Media{"Mpeg4Aac", mpeg4AacClip, "", 8},
                                                          Media{"Vp8Opus", vp8OpusClip, ""}),
                                          testing::Values(Way::RtspTcp, Way::RtspUdp),
                                          testing::Values(Way::RtspTcp, Way::RtspUdp)),
                         nameOfPassage);

} // namespace
} // namespace hookcast::integration
