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

/// A file to push, and how its packets are brought to the form that they have in MPEG-TS: without parameter sets and
/// delimiters, which are put in front of every keyframe there, and AAC without ADTS headers.
struct Clip {
    std::string file;
    PacketFilters likeTs;
    PacketFilters ts;
};

constexpr const char* kOnlySlices = "filter_units=remove_types=7-9";

Clip h264Aac() {
    return {h264AacClip(), {std::string("h264_mp4toannexb,") + kOnlySlices, ""}, {kOnlySlices, "aac_adtstoasc"}};
}

Clip h264Mp3() {
    return {h264Mp3Clip(), {std::string("h264_mp4toannexb,") + kOnlySlices, ""}, {kOnlySlices, ""}};
}

Clip h264Ac3() {
    return {h264Ac3Clip(), {std::string("h264_mp4toannexb,") + kOnlySlices, ""}, {kOnlySlices, ""}};
}

Clip hevcOpus() {
    const std::string onlySlices = "filter_units=remove_types=32-35";
    return {hevcOpusClip(), {"hevc_mp4toannexb," + onlySlices, ""}, {onlySlices, ""}};
}

enum class Protocol { Rtmp, Srt };

/// Everything of `clip` has to come out as it went in.
class SrtLossless {
  public:
    SrtLossless(Protocol from, Protocol to, Clip clip) : from_(from), to_(to), clip_(std::move(clip)) {}

    PacketHashes sent() const { return hashesOfFile(clip_.file, clip_.likeTs); }

    PacketHashes received(const std::vector<std::string>& muxing) {
        HookcastServer server(port_.server() + defaultVhost(kVhost));
        const TempFolder folder;
        const FrameHashFiles files(folder, to_ == Protocol::Srt ? clip_.ts : clip_.likeTs);
        FfmpegRun player = startPlayer(to_ == Protocol::Srt ? port_.playUrl("clip") : server.url("live/clip"), files);
        server.waitForLog("plays __defaultVhost__/live/clip");
        std::vector<std::string> push = {"-re", "-i", clip_.file, "-c", "copy"};
        if (from_ == Protocol::Srt) {
            push.insert(push.end(), muxing.begin(), muxing.end());
            push.insert(push.end(), {"-f", "mpegts", port_.publishUrl("clip")});
        } else {
            push.insert(push.end(), {"-f", "flv", server.url("live/clip")});
        }
        runFfmpeg(push);
        files.waitFor(sent().count());
        server.stop();
        player.waitForExit();
        return files.read();
    }

  private:
    Protocol from_;
    Protocol to_;
    Clip clip_;
    SrtPort port_;
};

/// The first packet that differs, in both, whose times may be `toleranceMs` apart; empty when all are equal.
std::string firstDifference(const std::vector<PacketHash>& received, const std::vector<PacketHash>& sent,
                            std::int64_t toleranceMs = 0) {
    if (received.size() != sent.size()) return fmt::format("{} packets instead of {}", received.size(), sent.size());
    const auto alike = [toleranceMs](const PacketHash& one, const PacketHash& other) {
        return one.hash == other.hash && std::abs(one.dtsMs.value() - other.dtsMs.value()) <= toleranceMs &&
               std::abs(one.ptsMs.value() - other.ptsMs.value()) <= toleranceMs;
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
    expectAllToArrive({Protocol::Srt, Protocol::Rtmp, h264Aac()});
}

TEST(SrtLossless, FromRtmpToSrt) {
    expectAllToArrive({Protocol::Rtmp, Protocol::Srt, h264Aac()});
}

TEST(SrtLossless, FromSrtToSrt) {
    expectAllToArrive({Protocol::Srt, Protocol::Srt, h264Aac()});
}

TEST(SrtLossless, Mp3FromRtmpToSrt) {
    expectAllToArrive({Protocol::Rtmp, Protocol::Srt, h264Mp3()});
}

TEST(SrtLossless, Ac3FromSrtToSrt) {
    expectAllToArrive({Protocol::Srt, Protocol::Srt, h264Ac3()});
}

TEST(SrtLossless, HevcAndOpusFromSrtToSrt) {
    expectAllToArrive({Protocol::Srt, Protocol::Srt, hevcOpus()});
}

TEST(SrtLossless, SeveralFramesOfSoundInOnePesPacket) {
    expectAllToArrive({Protocol::Srt, Protocol::Rtmp, h264Aac()}, {"-pes_payload_size", "2930"});
}

} // namespace
} // namespace hookcast::integration
