#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HookcastServer.h"
#include "support/HttpHookcast.h"
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

enum class Protocol { Rtmp, Srt, HttpFlv, HttpTs };

/// A clip on its way through the server. A player over HTTP has to come when somebody publishes, and gets the rest
/// from a keyframe on.
class SrtLossless {
  public:
    SrtLossless(Protocol from, Protocol to, Clip clip) : from_(from), to_(to), clip_(std::move(clip)) {}

    PacketHashes sent() const { return hashesOfFile(clip_.file, clip_.likeTs); }

    /// What a player has got, who was there before the publisher unless it plays over HTTP.
    PacketHashes received(const std::vector<std::string>& muxing) {
        HttpHookcast hookcast(port_.server() + defaultVhost(std::string(kVhost) + kAllMounts));
        HookcastServer& server = hookcast.server();
        const TempFolder folder;
        const bool playsTs = to_ == Protocol::Srt || to_ == Protocol::HttpTs;
        const FrameHashFiles files(folder, playsTs ? clip_.ts : clip_.likeTs);
        if (playsHttp()) {
            FfmpegRun publisher(pushArguments(server, muxing));
            server.waitForLog("publishes __defaultVhost__/live/clip");
            FfmpegRun player = startPlayer(playUrl(hookcast), files);
            publisher.waitForExit();
            player.waitForExit(); // the answer ends with the publication
        } else {
            FfmpegRun player = startPlayer(playUrl(hookcast), files);
            server.waitForLog("plays __defaultVhost__/live/clip");
            runFfmpeg(pushArguments(server, muxing));
            files.waitFor(sent().count());
            server.stop();
            player.waitForExit();
        }
        return files.read();
    }

    bool playsHttp() const { return to_ == Protocol::HttpFlv || to_ == Protocol::HttpTs; }

  private:
    std::string playUrl(const HttpHookcast& hookcast) const {
        switch (to_) {
        case Protocol::Rtmp: return hookcast.rtmpUrl("live/clip");
        case Protocol::Srt: return port_.playUrl("clip");
        case Protocol::HttpFlv: return hookcast.httpUrl("live/clip.flv");
        case Protocol::HttpTs: return hookcast.httpUrl("live/clip.ts");
        }
        return {};
    }

    std::vector<std::string> pushArguments(const HookcastServer& server, const std::vector<std::string>& muxing) const {
        std::vector<std::string> push = {"-re", "-i", clip_.file, "-c", "copy"};
        if (from_ == Protocol::Srt) {
            push.insert(push.end(), muxing.begin(), muxing.end());
            push.insert(push.end(), {"-f", "mpegts", port_.publishUrl("clip")});
        } else {
            push.insert(push.end(), {"-f", "flv", server.url("live/clip")});
        }
        return push;
    }

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

/// The last `count` packets, with times from `fromMs` on.
std::vector<PacketHash> endOf(const std::vector<PacketHash>& all, std::size_t count, std::int64_t fromMs) {
    std::vector<PacketHash> end(all.end() - static_cast<std::ptrdiff_t>(std::min(count, all.size())), all.end());
    for (PacketHash& packet : end) {
        *packet.dtsMs -= fromMs;
        *packet.ptsMs -= fromMs;
    }
    return end;
}

/// From some keyframe on.
PacketHashes endOf(const PacketHashes& sent, const PacketHashes& received) {
    EXPECT_GT(received.video.size(), 20U);
    EXPECT_LE(received.video.size(), sent.video.size());
    const std::size_t skipped = sent.video.size() - std::min(received.video.size(), sent.video.size());
    const std::int64_t fromMs = sent.video.at(skipped).dtsMs.value();
    return {endOf(sent.video, received.video.size(), fromMs), endOf(sent.audio, received.audio.size(), fromMs)};
}

void expectAllToArrive(SrtLossless run, const std::vector<std::string>& muxing = {"-pes_payload_size", "0"}) {
    const PacketHashes received = run.received(muxing);
    const PacketHashes sent = run.playsHttp() ? endOf(run.sent(), received) : run.sent();
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

TEST(SrtLossless, FromSrtToHttpFlv) {
    expectAllToArrive({Protocol::Srt, Protocol::HttpFlv, h264Aac()});
}

TEST(SrtLossless, FromSrtToHttpTs) {
    expectAllToArrive({Protocol::Srt, Protocol::HttpTs, h264Aac()});
}

TEST(SrtLossless, FromRtmpToHttpTs) {
    expectAllToArrive({Protocol::Rtmp, Protocol::HttpTs, h264Aac()});
}

TEST(SrtLossless, SeveralFramesOfSoundInOnePesPacket) {
    expectAllToArrive({Protocol::Srt, Protocol::Rtmp, h264Aac()}, {"-pes_payload_size", "2930"});
}

} // namespace
} // namespace hookcast::integration
