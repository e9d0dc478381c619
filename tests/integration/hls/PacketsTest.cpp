// What viewers over HLS get is what was published, packet by packet, over more than twenty segments; and each playlist
// on the way there keeps to the rules.
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HlsViewer.h"
#include "support/PacketMatch.h"
#include "support/Protocol.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kSegments = 20;
constexpr const char* kBareH264 = "filter_units=remove_types=7-9";
constexpr const char* kBareHevc = "filter_units=remove_types=32-35";

/// One way in, one container out.
struct Kind {
    std::string name;
    Protocol in = Protocol::Rtmp;
    std::string (*clip)() = nullptr; ///< of four seconds
    std::string container;           ///< of the file that is published
    std::string directives;          ///< in the hls block
    PacketFilters sent;              ///< what makes both comparable
    PacketFilters received;
    bool hasVideo = true;
    bool hasAudio = true;
};

std::ostream& operator<<(std::ostream& out, const Kind& kind) {
    return out << kind.name;
}

std::string annexB(const char* codec, const char* bare) {
    return fmt::format("{}_mp4toannexb,{}", codec, bare);
}

const std::string kAdts = "aac_adtstoasc";
const std::string kFmp4 = "hls_use_fmp4 on;";

std::vector<Kind> kinds() {
    const std::string h264 = annexB("h264", kBareH264);
    const std::string hevc = annexB("hevc", kBareHevc);
    const auto in = [](std::string name, Protocol protocol, std::string (*clip)(), std::string container) {
        Kind kind;
        kind.name = std::move(name);
        kind.in = protocol;
        kind.clip = clip;
        kind.container = std::move(container);
        return kind;
    };
    std::vector<Kind> kinds;
    const auto add = [&](Kind kind, PacketFilters sent, PacketFilters received, std::string directives) {
        kind.sent = std::move(sent);
        kind.received = std::move(received);
        kind.directives = std::move(directives);
        kinds.push_back(std::move(kind));
    };
    const Kind h264Aac = in("H264Aac", Protocol::Rtmp, h264AacClip, "flv");
    const Kind hevcAac = in("HevcAac", Protocol::Srt, hevcAacClip, "mpegts");
    add(h264Aac, {h264, ""}, {kBareH264, kAdts}, "");
    add(in("H264Mp3", Protocol::Rtmp, h264Mp3Clip, "flv"), {h264, ""}, {kBareH264, ""}, "");
    add(in("H264Ac3", Protocol::Srt, h264Ac3Clip, "mpegts"), {kBareH264, ""}, {kBareH264, ""}, "");
    add(hevcAac, {kBareHevc, kAdts}, {kBareHevc, kAdts}, "");
    Kind sound = in("AacAlone", Protocol::Rtmp, h264AacClip, "flv");
    sound.hasVideo = false;
    add(sound, {"", ""}, {"", kAdts}, "");
    Kind picture = in("H264Alone", Protocol::Rtmp, h264AacClip, "flv");
    picture.hasAudio = false;
    add(picture, {h264, ""}, {kBareH264, ""}, "");
    for (Kind kind : {h264Aac, hevcAac, in("HevcOpus", Protocol::Srt, hevcOpusClip, "mpegts"), sound, picture}) {
        const bool isTs = kind.container == "mpegts";
        const bool isHevc = kind.name.starts_with("Hevc");
        kind.name += "InMp4";
        const std::string bare = isHevc ? kBareHevc : kBareH264;
        const bool isAac = kind.name.find("Aac") != std::string::npos;
        add(kind, {isTs ? bare : h264, isTs && isAac ? kAdts : ""}, {isHevc ? hevc : h264, ""}, kFmp4);
    }
    Kind low = h264Aac;
    low.name = "H264AacInParts";
    add(low, {h264, ""}, {h264, ""}, "hls_ll on;");
    return kinds;
}

class HlsPackets : public testing::TestWithParam<Kind> {
  protected:
    /// The clip, again and again, as it is published.
    std::string longClip() const {
        const Kind& kind = GetParam();
        const std::string path = folder_.file("published." + kind.container);
        std::vector<std::string> arguments = {"-stream_loop", "5", "-i", kind.clip(), "-c", "copy"};
        if (!kind.hasVideo) arguments.emplace_back("-vn");
        if (!kind.hasAudio) arguments.emplace_back("-an");
        // One frame of sound per PES packet, so that both sides have the same packets.
        if (kind.container == "mpegts") arguments.insert(arguments.end(), {"-pes_payload_size", "0"});
        arguments.insert(arguments.end(), {"-f", kind.container, path});
        runFfmpeg(arguments);
        return path;
    }

    PacketHashes hashesOf(const std::string& file, const PacketFilters& filters) const {
        PacketHashes hashes;
        if (GetParam().hasVideo) hashes.video = hashesOfStream(file, "0:v:0", filters.video);
        if (GetParam().hasAudio) hashes.audio = hashesOfStream(file, "0:a:0", filters.audio);
        return hashes;
    }

    void publish(const std::string& file) const {
        const Kind& kind = GetParam();
        std::vector<std::string> arguments;
        // SRT's own latency is what a burst would run into.
        if (kind.in == Protocol::Srt) arguments.emplace_back("-re");
        arguments.insert(arguments.end(), {"-i", file, "-c", "copy"});
        if (kind.container == "mpegts") arguments.insert(arguments.end(), {"-pes_payload_size", "0"});
        arguments.insert(arguments.end(), {"-f", kind.container, server_.publishUrl(kind.in, "clip")});
        runFfmpeg(arguments);
    }

    /// Video and audio are counted each from its own first packet.
    static void expectAll(const PacketHashes& received, const PacketHashes& sent) {
        PacketMatch match;
        match.leastVideo = sent.video.size();
        match.leastAudio = 0;
        match.decodeTimes = true;
        EXPECT_TRUE(isTailOf({received.video, {}}, {sent.video, {}}, match));
        // What comes before the first keyframe is left out. In MP4 a sound follows the one before it unless it is
        // further off than a frame's length.
        constexpr std::size_t kMostBefore = 2;
        constexpr std::int64_t kFrameMs = 32;
        match.leastVideo = sent.audio.size() - std::min(sent.audio.size(), kMostBefore);
        if (GetParam().name.ends_with("Mp4") || GetParam().name.ends_with("Parts")) match.toleranceMs = kFrameMs;
        EXPECT_TRUE(isTailOf({received.audio, {}}, {sent.audio, {}}, match)) << "sound";
    }

    ProtocolServer server_{
        fmt::format("hls {{ enabled on; hls_fragment 1; hls_window 600; {} }}\n", GetParam().directives)};
    TempFolder folder_;
};

TEST_P(HlsPackets, AreThoseThatWerePublished) {
    const std::string file = longClip();
    publish(file);
    HlsViewer viewer(server_.port(Protocol::HttpFlv), "/live/clip.m3u8");
    const auto& playlist = viewer.waitFor([](const auto& now) { return now.hasEnded; });
    EXPECT_GE(playlist.segments.size(), kSegments);
    EXPECT_EQ(viewer.mistakes(), "");
    const PacketHashes sent = hashesOf(file, GetParam().sent);
    expectAll(hashesOf(viewer.save(folder_), GetParam().received), sent);
    // A program that knows nothing of this server finds the same.
    expectAll(hashesOf(fmt::format("http://127.0.0.1:{}/live/clip.m3u8", server_.port(Protocol::HttpFlv)),
                       GetParam().received),
              sent);
}

INSTANTIATE_TEST_SUITE_P(Codecs, HlsPackets, testing::ValuesIn(kinds()),
                         [](const auto& test) { return test.param.name; });

} // namespace
} // namespace hookcast::integration
