// Cameras that are fetched: a second server, or an ffmpeg that listens, is the camera.
#include "shared/EventShapes.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/FlvTags.h"
#include "support/FrameHashes.h"
#include "support/FreePort.h"
#include "support/MockBackend.h"
#include "support/PacketMatch.h"
#include "support/Protocol.h"
#include "support/Recordings.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

// One form of the pictures of all protocols: start codes, no parameter sets, no delimiters.
constexpr const char* kBare = "h264_mp4toannexb,filter_units=remove_types=7-9";

std::string capture(const std::string& source, std::string_view more = "") {
    return fmt::format("capture cam {{ source {}; {} }}\n", source, more);
}

/// A looping file as a camera of its own server.
struct Camera {
    explicit Camera(const std::string& clip = h264AacClip())
        : publisher({"-re", "-stream_loop", "-1", "-i", clip, "-c", "copy", "-f", "flv",
                     server.publishUrl(Protocol::Rtmp, "show")}) {
        server.server().waitForLog("publishes __defaultVhost__/live/show");
    }

    ProtocolServer server{""};
    FfmpegRun publisher;
};

class EverySource : public testing::TestWithParam<Protocol> {};

TEST_P(EverySource, IsPublishedPacketByPacket) {
    Camera camera;
    const std::string source = camera.server.playUrl(GetParam(), "show");
    HookcastServer server(defaultVhost(capture(source)));
    server.waitForLog("publishes __defaultVhost__/live/cam-primary");
    const TempFolder folder;
    const FrameHashFiles received(folder, {kBare, ""});
    std::vector<std::string> arguments = {"-i", server.url("live/cam-primary")};
    const std::vector<std::string> output = received.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    FfmpegRun player(arguments);
    received.waitFor(300);
    server.stop();
    player.waitForExit();

    // The clip repeats: what came is a piece of it, wherever it begins.
    const PacketHashes clip = hashesOfFile(h264AacClip(), {kBare, ""});
    const PacketHashes played = received.read();
    ASSERT_GE(played.video.size(), 100U);
    std::size_t at = 0;
    while (at < clip.video.size() && clip.video[at].hash != played.video.front().hash) ++at;
    ASSERT_LT(at, clip.video.size());
    for (const PacketHash& packet : played.video) EXPECT_EQ(packet.hash, clip.video[at++ % clip.video.size()].hash);
}

INSTANTIATE_TEST_SUITE_P(Capture, EverySource,
                         testing::Values(Protocol::Rtmp, Protocol::RtspTcp, Protocol::HttpFlv, Protocol::HttpTs,
                                         Protocol::Srt),
                         [](const auto& test) { return nameOf(test.param); });

/// libavformat's demuxer does not know HEVC in FLV: what a server sends is taken as it is.
class HevcSource : public testing::TestWithParam<Protocol> {};

TEST_P(HevcSource, KeepsItsPicture) {
    ProtocolServer camera("");
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", hevcAacClip(), "-c", "copy", "-f", "rtsp",
                               "-rtsp_transport", "tcp", camera.publishUrl(Protocol::RtspTcp, "show")});
    camera.server().waitForLog("publishes __defaultVhost__/live/show");
    ProtocolServer server(capture(camera.playUrl(GetParam(), "show")));
    server.server().waitForLog("publishes __defaultVhost__/live/cam-primary");
    const std::string streams = runFfprobe({"-rtsp_transport", "tcp", "-show_entries", "stream=codec_name,width", "-of",
                                            "csv=p=0", server.playUrl(Protocol::RtspTcp, "cam-primary")});
    EXPECT_THAT(streams, HasSubstr("hevc,320"));
    EXPECT_THAT(streams, HasSubstr("aac"));
}

INSTANTIATE_TEST_SUITE_P(Capture, HevcSource, testing::Values(Protocol::Rtmp, Protocol::HttpFlv),
                         [](const auto& test) { return nameOf(test.param); });

TEST(Capture, AFileIsRepeatedAtItsSpeed) {
    HookcastServer server(defaultVhost(capture(h264AacClip())));
    const TempFolder folder;
    const FrameHashFiles received(folder);
    std::vector<std::string> arguments = {"-i", server.url("live/cam-primary")};
    const std::vector<std::string> output = received.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    FfmpegRun player(arguments);
    received.waitFor(450); // a round has 274
    server.stop();
    player.waitForExit();
    const PacketHashes played = received.read();
    for (std::size_t i = 1; i < played.video.size(); ++i) {
        const std::int64_t stepMs = *played.video[i].dtsMs - *played.video[i - 1].dtsMs;
        EXPECT_GE(stepMs, 20) << i;
        EXPECT_LE(stepMs, 200) << i << ": the sound of a round is a little longer";
    }
}

/// The clip, its second half two hours later than the first, or earlier.
std::string clipThatJumps(const TempFolder& folder, bool forward) {
    constexpr std::uint32_t kJumpMs = 7'200'000;
    std::string flv = readFile(h264AacClip());
    const auto byte = [&flv](std::size_t at) { return static_cast<std::uint32_t>(static_cast<std::uint8_t>(flv[at])); };
    for (std::size_t at = kFlvHeaderBytes; at + 11 <= flv.size();) {
        const std::uint32_t bodyBytes = byte(at + 1) << 16U | byte(at + 2) << 8U | byte(at + 3);
        std::uint32_t timeMs = byte(at + 4) << 16U | byte(at + 5) << 8U | byte(at + 6) | byte(at + 7) << 24U;
        if ((at > flv.size() / 2) == forward) timeMs += kJumpMs;
        for (const auto& [place, shift] : {std::pair{4U, 16U}, {5U, 8U}, {6U, 0U}, {7U, 24U}})
            flv[at + place] = static_cast<char>(timeMs >> shift & 0xffU);
        at += 11 + bodyBytes + 4;
    }
    return folder.write("jumps.flv", flv);
}

class AClockThatJumps : public testing::TestWithParam<bool> {};

TEST_P(AClockThatJumps, HoldsUpNothing) {
    const TempFolder folder;
    HookcastServer server(defaultVhost(capture(clipThatJumps(folder, GetParam()))));
    const FrameHashFiles received(folder);
    std::vector<std::string> arguments = {"-i", server.url("live/cam-primary")};
    const std::vector<std::string> output = received.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    FfmpegRun player(arguments);
    received.waitFor(450);                         // a round has 274
    server.waitForLog("the source's clock jumps"); // back is forward to libavformat, by a wrap of the times
    server.stop();
    player.waitForExit();
    const PacketHashes played = received.read();
    std::int64_t latestMs = 0;
    for (const PacketHash& packet : played.video) latestMs = std::max(latestMs, *packet.dtsMs);
    EXPECT_GT(latestMs, 4000) << "at its speed, not all at once";
}

INSTANTIATE_TEST_SUITE_P(Capture, AClockThatJumps, testing::Bool(),
                         [](const auto& test) { return test.param ? "forward" : "back"; });

TEST(Capture, TheEventsHaveTheKeysAndTypesOfTheDocument) {
    MockBackend backend;
    auto camera = std::make_unique<Camera>();
    const std::string source = camera->server.playUrl(Protocol::Rtmp, "show");
    HookcastServer server(webhookTo(backend, "pulse 0.5;") +
                          defaultVhost(capture(source, "access private; reconnect_limit 1;")));
    backend.waitForEvents("stream:pulse", 2);
    camera.reset();
    backend.waitForEvents("service:emergency");
    server.stop();
    const std::string shape = support::shapeOfValue(support::documentedEvent("stream:create"));
    for (const char* name : {"stream:create", "stream:state", "stream:pulse", "stream:reconnect", "stream:delete"}) {
        const SentEvents events = named(backend.events(), name);
        ASSERT_FALSE(events.empty()) << name;
        for (const SentEvent& event : events) {
            EXPECT_EQ(support::shapeOfValue(event.event), shape) << name;
            EXPECT_EQ(event.data()->getValue<std::string>("type"), "capture");
            EXPECT_EQ(event.data()->getValue<std::string>("camera"), "cam");
            EXPECT_EQ(event.data()->getValue<std::string>("uid"), "cam-primary");
            EXPECT_EQ(event.data()->getValue<std::string>("access"), "private");
            EXPECT_EQ(event.data()->getValue<std::string>("address"), "127.0.0.1");
            EXPECT_EQ(event.data()->getValue<std::string>("source"), source);
        }
    }
    const auto pulse = named(backend.events(), "stream:pulse").back().data()->getObject("video");
    EXPECT_EQ(pulse->getValue<std::string>("codec"), "H264");
    EXPECT_GT(pulse->getValue<int>("bitrate"), 10'000);
    const auto reconnects = named(backend.events(), "stream:reconnect").front().data()->getObject("reconnects");
    EXPECT_EQ(reconnects->getValue<int>("attempt"), 1);
    EXPECT_EQ(reconnects->getValue<int>("limit"), 1);
}

TEST(Capture, ASourceThatStallsIsLostAndComesBack) {
    Camera camera;
    MockBackend backend;
    HookcastServer server(
        defaultVhost(capture(camera.server.playUrl(Protocol::Rtmp, "show"), "stall 1;") + hooksTo(backend)));
    backend.waitForCall("on_publish");
    camera.publisher.signal(SIGSTOP);
    server.waitForLog("the source is lost: it is silent");
    EXPECT_THAT(backend.waitForCall("on_unpublish").text("reason"), HasSubstr("it is silent"));
    camera.publisher.signal(SIGCONT);
    backend.waitForCall("on_publish", 2);
    server.stop();
    EXPECT_EQ(withAction(backend.calls(), "on_publish").size(), 2U);
    backend.waitForCall("on_unpublish", 2);
    backend.waitForCall("on_close", 2);
}

TEST(Capture, ACameraThatListensIsReadAndMayChangeItsCodec) {
    FreePort port;
    const auto listen = [&](const std::string& clip) {
        return std::make_unique<FfmpegRun>(
            std::vector<std::string>{"-re", "-i", clip, "-c", "copy", "-f", "mpegts", "-listen", "1",
                                     fmt::format("http://127.0.0.1:{}/live", port.number())});
    };
    MockBackend backend;
    HookcastServer server(
        webhookTo(backend) +
        defaultVhost(capture(fmt::format("http://127.0.0.1:{}/live", port.number()), "reconnect_limit 0;")));
    {
        auto camera = listen(h264AacClip());
        server.waitForLog("publishes __defaultVhost__/live/cam-primary");
        camera->waitForExit();
    }
    auto camera = listen(hevcAacClip());
    server.waitForLog("publishes __defaultVhost__/live/cam-primary", 2);
    const auto isHevc = [&backend] {
        for (const SentEvent& event : named(backend.events(), "stream:state"))
            if (event.data()->getObject("video")->getValue<std::string>("codec") == "H265") return true;
        return false;
    };
    const Deadline deadline;
    while (!isHevc()) ASSERT_FALSE(deadline.passed());
}

TEST(Capture, TheBackendIsAskedAndObeyed) {
    Camera camera;
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":403}})");
    HookcastServer server(
        defaultVhost(capture(camera.server.playUrl(Protocol::Rtmp, "show"), "reconnect_limit 0;") + hooksTo(backend)));
    const HookCall call = backend.waitForCall("on_publish");
    EXPECT_EQ(call.text("stream"), "cam-primary");
    EXPECT_EQ(call.text("app"), "live");
    EXPECT_EQ(call.text("tcUrl"), "rtmp://127.0.0.1/live");
    server.waitForLog("publish refused");
    backend.removeRules();
    server.waitForLog("publishes __defaultVhost__/live/cam-primary");
    server.stop();
}

TEST(Capture, ASecretInTheSourceReachesNobody) {
    MockBackend backend;
    HookcastServer server(webhookTo(backend) +
                          defaultVhost(capture("rtsp://admin:sesame@127.0.0.1:1/s?key=sesame", "reconnect_limit 1;")));
    backend.waitForEvents("service:emergency");
    server.stop();
    EXPECT_EQ(server.log().count("sesame"), 0U);
    for (const HookCall& call : backend.calls()) EXPECT_THAT(call.rawBody, Not(HasSubstr("sesame")));
}

TEST(Capture, IsRecordedWhereItsBlockSaysSo) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(
        capture(h264AacClip(), "dvr on;") +
        fmt::format("dvr {{ enabled off; dvr_path {}; }}\n", folder.file("[stream].mp4")) + dvrHooks(backend)));
    server.waitForLog("publishes __defaultVhost__/live/cam-primary");
    const std::string temporary = folder.file("cam-primary.mp4.tmp");
    const Deadline deadline;
    while (!std::filesystem::exists(temporary) || std::filesystem::file_size(temporary) < 10'000)
        ASSERT_FALSE(deadline.passed());
    server.stop();
    EXPECT_EQ(backend.waitForCall("on_dvr").text("file"), folder.file("cam-primary.mp4"));
    EXPECT_GE(hashesOfFile(folder.file("cam-primary.mp4")).video.size(), 25U);
}

TEST(Ingest, TranscodesByAnFfmpegOfItsOwn) {
    MockBackend backend;
    HookcastServer server(defaultVhost(
        fmt::format("ingest one {{ enabled on; input {{ type file; url {}; }} ffmpeg ffmpeg;\n"
                    "engine {{ enabled on; vcodec libx264; vpreset ultrafast; vwidth 160; vheight 90; acodec copy;\n"
                    "output rtmp://127.0.0.1:[port]/live/small; }} }}\n",
                    h264AacClip()) +
        hooksTo(backend)));
    EXPECT_EQ(backend.waitForCall("on_publish").text("stream"), "small");
    EXPECT_THAT(runFfprobe({"-select_streams", "v", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                            server.url("live/small")}),
                HasSubstr("160,90"));
    server.stop();
    backend.waitForCall("on_unpublish");
}

TEST(Ingest, AnFfmpegThatEndsIsStartedAgain) {
    const TempFolder folder;
    HookcastServer server(
        defaultVhost("ingest one { enabled on; input { type file; url /nonexistent; } ffmpeg ffmpeg;\n"
                     "engine { enabled on; vcodec libx264; output rtmp://127.0.0.1:[port]/live/x; } }\n"));
    server.waitForLog("ffmpeg ended: code 1: /nonexistent: No such file or directory");
    server.waitForLog("ffmpeg ended", 2);
    server.stop();
}

} // namespace
} // namespace hookcast::integration
