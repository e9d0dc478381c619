#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HttpClient.h"
#include "support/PacketMatch.h"
#include "support/Protocol.h"
#include "support/RtspClient.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"
#include "support/WebSocketClient.h"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using Arguments = std::vector<std::string>;

// One form of the pictures of all protocols: start codes, no parameter sets, no delimiters.
constexpr const char* kBare = "h264_mp4toannexb,filter_units=remove_types=7-9";
constexpr const char* kBareTs = "filter_units=remove_types=7-9";

/// H.264 with B-frames and AAC, from each protocol that publishes to each that plays.
class Matrix : public testing::TestWithParam<std::tuple<Protocol, Protocol>> {
  protected:
    Matrix() : in_(std::get<0>(GetParam())), out_(std::get<1>(GetParam())) {}

    /// Whether a player has to wait for the stream until it is there.
    bool comesLate() const { return isRtsp(out_) || isHttp(out_); }

    PacketFilters filters() const {
        const bool isTs = out_ == Protocol::Srt || out_ == Protocol::HttpTs;
        return isTs ? PacketFilters{kBareTs, "aac_adtstoasc"} : PacketFilters{kBare, ""};
    }

    Arguments publisherArguments() const {
        Arguments arguments = {"-re", "-i", h264AacClip(), "-c", "copy"};
        if (in_ == Protocol::Srt)
            arguments.insert(arguments.end(), {"-pes_payload_size", "0", "-f", "mpegts"});
        else if (isRtsp(in_))
            arguments.insert(arguments.end(),
                             {"-f", "rtsp", "-rtsp_transport", in_ == Protocol::RtspTcp ? "tcp" : "udp"});
        else
            arguments.insert(arguments.end(), {"-f", "flv"});
        arguments.push_back(server_.publishUrl(in_, "clip"));
        return arguments;
    }

    Arguments playerArguments() const {
        Arguments arguments;
        if (isRtsp(out_)) arguments = {"-rtsp_transport", out_ == Protocol::RtspTcp ? "tcp" : "udp"};
        arguments.insert(arguments.end(), {"-i", server_.playUrl(out_, "clip")});
        const Arguments output = files_.outputArguments();
        arguments.insert(arguments.end(), output.begin(), output.end());
        return arguments;
    }

    /// Players who were there first see all of it.
    PacketHashes playFromTheBeginning(std::size_t count) {
        FfmpegRun player(playerArguments());
        server_.server().waitForLog("plays __defaultVhost__/live/clip");
        runFfmpeg(publisherArguments());
        files_.waitFor(count);
        server_.server().stop();
        player.waitForExit();
        return files_.read();
    }

    /// Others come when it is there, and its end is theirs.
    PacketHashes playTheRest() {
        FfmpegRun publisher(publisherArguments());
        server_.server().waitForLog("publishes __defaultVhost__/live/clip");
        // Answered when both tracks are there.
        RtspClient(server_.server().rtspPort()).require("DESCRIBE", server_.server().rtspUrl("live/clip"));
        // It is held until the player is there; SRT, though, is not to be held.
        if (in_ != Protocol::Srt) publisher.signal(SIGSTOP);
        if (out_ == Protocol::WebSocketFlv) {
            WebSocketClient player(server_.port(out_), "/live/clip.flv");
            publisher.signal(SIGCONT);
            const std::string recorded = record(player);
            EXPECT_EQ(publisher.waitForExit(), 0) << publisher.messages();
            return hashesOfFile(recorded, filters());
        }
        FfmpegRun player(playerArguments());
        server_.server().waitForLog("plays __defaultVhost__/live/clip");
        publisher.signal(SIGCONT);
        EXPECT_EQ(publisher.waitForExit(), 0) << publisher.messages();
        player.waitForExit();
        return files_.read();
    }

    std::string record(WebSocketClient& player) const {
        constexpr unsigned kBinary = 2;
        constexpr unsigned kClose = 8;
        EXPECT_EQ(player.answer().status, 101);
        const std::string path = folder_.file("recorded.flv");
        std::ofstream file(path, std::ios::binary);
        for (auto frame = player.receive(); frame.opcode != kClose; frame = player.receive())
            if (frame.opcode == kBinary) file << frame.payload;
        return path;
    }

    Protocol in_;
    Protocol out_;
    ProtocolServer server_{""};
    TempFolder folder_;
    FrameHashFiles files_{folder_, filters()};
};

TEST_P(Matrix, IsLossless) {
    const PacketHashes sent = hashesOfFile(h264AacClip(), {kBare, ""});
    ASSERT_GE(sent.video.size(), 99U);
    PacketMatch match;
    // FFmpeg's RTSP never sends the last frames of sound.
    match.mostAudioLost = isRtsp(in_) ? 8 : 0;
    // A second's worth for those who come late.
    match.leastVideo = comesLate() ? 25 : sent.video.size();
    match.leastAudio = comesLate() ? 40 : sent.audio.size() - match.mostAudioLost;
    match.decodeTimes = !isRtsp(out_);
    const PacketHashes received =
        comesLate() ? playTheRest() : playFromTheBeginning(match.leastVideo + match.leastAudio);
    EXPECT_TRUE(isTailOf(received, sent, match));
}

INSTANTIATE_TEST_SUITE_P(Protocols, Matrix,
                         testing::Combine(testing::ValuesIn(kPublishProtocols), testing::ValuesIn(kPlayProtocols)),
                         [](const auto& test) {
                             return nameOf(std::get<0>(test.param)) + "_" + nameOf(std::get<1>(test.param));
                         });

} // namespace
} // namespace hookcast::integration
