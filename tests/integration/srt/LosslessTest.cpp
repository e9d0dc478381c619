#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HookcastServer.h"
#include "support/SrtPort.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr const char* kVhost = "srt { enabled on; }";

FfmpegRun startPlayer(const std::string& url, const FrameHashFiles& files) {
    std::vector<std::string> arguments = {"-i", url};
    const std::vector<std::string> output = files.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    return FfmpegRun(arguments);
}

/// One way through the server.
struct Path {
    bool publishesSrt;
    bool playsSrt;
};

/// Everything of `clip` has to come out as it went in.
class SrtLossless {
  public:
    explicit SrtLossless(Path path, std::string clip, bool hasAac = true)
        : path_(path), clip_(std::move(clip)), hasAac_(hasAac) {}

    PacketHashes sent() const { return hashesOfFile(clip_, PacketForm::LikeTs); }

    PacketHashes received(const std::vector<std::string>& muxing) {
        HookcastServer server(port_.server() + defaultVhost(kVhost));
        const TempFolder folder;
        const PacketForm ts = hasAac_ ? PacketForm::Ts : PacketForm::TsWithoutAac;
        const FrameHashFiles files(folder, path_.playsSrt ? ts : PacketForm::LikeTs);
        FfmpegRun player = startPlayer(path_.playsSrt ? port_.playUrl("clip") : server.url("live/clip"), files);
        server.waitForLog("plays __defaultVhost__/live/clip");
        std::vector<std::string> push = {"-re", "-i", clip_, "-c", "copy"};
        if (path_.publishesSrt) push.insert(push.end(), muxing.begin(), muxing.end());
        const std::vector<std::string> target = path_.publishesSrt
                                                    ? std::vector<std::string>{"-f", "mpegts", port_.publishUrl("clip")}
                                                    : std::vector<std::string>{"-f", "flv", server.url("live/clip")};
        push.insert(push.end(), target.begin(), target.end());
        runFfmpeg(push);
        files.waitFor(sent().count());
        server.stop();
        player.waitForExit();
        return files.read();
    }

  private:
    Path path_;
    std::string clip_;
    bool hasAac_;
    SrtPort port_;
};

/// The first packet that differs, in both, whose times may be `toleranceMs` apart; empty when all are equal.
std::string firstDifference(const std::vector<PacketHash>& received, const std::vector<PacketHash>& sent,
                            std::int64_t toleranceMs = 0) {
    if (received.size() != sent.size()) return fmt::format("{} packets instead of {}", received.size(), sent.size());
    const auto alike = [toleranceMs](const PacketHash& one, const PacketHash& other) {
        return one.hash == other.hash && std::abs(one.dtsMs - other.dtsMs) <= toleranceMs &&
               std::abs(one.ptsMs - other.ptsMs) <= toleranceMs;
    };
    const auto [got, wanted] = std::ranges::mismatch(received, sent, alike);
    if (got == received.end()) return "";
    std::ostringstream text;
    text << "packet " << got - received.begin() << ": " << *got << " instead of " << *wanted;
    return text.str();
}

void expectAllToArrive(SrtLossless run, const std::vector<std::string>& muxing = {"-pes_payload_size", "0"}) {
    const PacketHashes sent = run.sent();
    const PacketHashes received = run.received(muxing);
    EXPECT_EQ(firstDifference(received.video, sent.video), "");
    // When ffmpeg copies sound into MPEG-TS, it counts samples and is more exact than the milliseconds of its FLV file.
    EXPECT_EQ(firstDifference(received.audio, sent.audio, 1), "");
}

TEST(SrtLossless, FromSrtToRtmp) {
    expectAllToArrive(SrtLossless({true, false}, h264AacClip()));
}

TEST(SrtLossless, FromRtmpToSrt) {
    expectAllToArrive(SrtLossless({false, true}, h264AacClip()));
}

TEST(SrtLossless, FromSrtToSrt) {
    expectAllToArrive(SrtLossless({true, true}, h264AacClip()));
}

TEST(SrtLossless, Mp3FromSrtToSrt) {
    expectAllToArrive(SrtLossless({true, true}, h264Mp3Clip(), false));
}

TEST(SrtLossless, SeveralFramesOfSoundInOnePesPacket) {
    expectAllToArrive(SrtLossless({true, false}, h264AacClip()), {"-pes_payload_size", "2930"});
}

} // namespace
} // namespace hookcast::integration
