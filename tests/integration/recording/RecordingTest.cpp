// What is recorded, packet by packet, and who is told.
#include "shared/EventShapes.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FlvTags.h"
#include "support/PacketMatch.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// All of what was sent, at the same times.
testing::AssertionResult isAllOf(const PacketHashes& recorded, const PacketHashes& sent) {
    PacketMatch match;
    match.leastVideo = sent.video.size();
    match.leastAudio = sent.audio.size();
    match.decodeTimes = true;
    return isTailOf(recorded, sent, match);
}

struct Recorded {
    std::string name;
    std::function<std::string()> clip;
    std::string ending;
};

class EveryFormat : public testing::TestWithParam<Recorded> {};

TEST_P(EveryFormat, HoldsEveryPacket) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[app]/[stream]") + GetParam().ending) + dvrHooks(backend)));
    push(GetParam().clip(), server);
    const HookCall call = backend.waitForCall("on_dvr");
    const std::string path = folder.file("live/show" + GetParam().ending);
    EXPECT_EQ(call.text("file"), path);
    EXPECT_THAT(filesIn(folder), ElementsAre(path));
    EXPECT_TRUE(isAllOf(hashesOfFile(path), hashesOfFile(GetParam().clip())));
    EXPECT_THAT(runFfprobe({"-show_entries", "format=duration", "-of", "csv=p=0", path}), testing::StartsWith("4."));
}

INSTANTIATE_TEST_SUITE_P(Recording, EveryFormat,
                         testing::Values(Recorded{"FlvH264Aac", h264AacClip, ".flv"},
                                         Recorded{"FlvH264Mp3", h264Mp3Clip, ".flv"},
                                         Recorded{"FlvH264Pcma", h264PcmaClip, ".flv"},
                                         Recorded{"Mp4H264Aac", h264AacClip, ".mp4"},
                                         Recorded{"Mp4H264Mp3", h264Mp3Clip, ".mp4"}),
                         [](const auto& test) { return test.param.name; });

/// They come by RTSP, as FFmpeg 5 does not push them by RTMP.
TEST(Recording, HevcAndOpusAreInAnMp4File) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].mp4")) + dvrHooks(backend)));
    runFfmpeg({"-re", "-i", hevcOpusClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp",
               server.rtspUrl("live/show")});
    const HookCall call = backend.waitForCall("on_dvr");
    const PacketHashes recorded = hashesOfFile(call.text("file"));
    EXPECT_GT(recorded.video.size(), 90U);
    EXPECT_GT(recorded.audio.size(), 150U);
    EXPECT_THAT(runFfprobe({"-show_entries", "stream=codec_name", "-of", "csv=p=0", call.text("file")}),
                AllOf(HasSubstr("hevc"), HasSubstr("opus")));
    EXPECT_THAT(runFfprobe({"-select_streams", "v", "-show_entries", "stream=codec_tag_string", "-of", "csv=p=0",
                            call.text("file")}),
                "hvc1\n")
        << "as Apple's players want it";
}

/// A clip of `seconds` published at once, without the messages that `isLeftOut` names, at the times that `timeOf`
/// gives.
void publishClip(const HookcastServer& server, const std::function<bool(const rtmp::Message&)>& isLeftOut,
                 const std::function<std::uint32_t(std::uint32_t)>& timeOf) {
    const auto publisher = startPublisher(server.port(), "show");
    for (rtmp::Message message : readFlv(readFile(h264AacClip()))) {
        if (message.type == rtmp::MessageType::DataAmf0 || isLeftOut(message)) continue;
        message.timestampMs = timeOf(message.timestampMs);
        message.messageStreamId = 1;
        message.chunkStreamId = 6;
        publisher->send(message);
    }
    publisher->sync();
}

/// Times of a file's pictures or sounds, as text: the file's own, to the tick. `which`: `dts` or `pts`.
std::vector<std::string> timesIn(const std::string& file, const char* stream, const std::string& which) {
    std::istringstream lines(
        runFfprobe({"-select_streams", stream, "-show_entries", "packet=" + which, "-of", "csv=p=0", file}));
    std::vector<std::string> times;
    for (std::string line; std::getline(lines, line);) times.push_back(line);
    return times;
}

/// Whether nothing of a fragmented file is left, and no two frames of a kind have one time, of those that are `looked`
/// at.
void expectPlain(const std::string& file, const std::vector<std::string>& looked) {
    EXPECT_EQ(readFile(file).find("moof"), std::string::npos);
    for (const char* stream : {"v", "a"}) {
        for (const std::string& which : looked) {
            const std::vector<std::string> times = timesIn(file, stream, which);
            EXPECT_FALSE(times.empty());
            EXPECT_EQ(std::set<std::string>(times.begin(), times.end()).size(), times.size()) << stream << which;
        }
    }
}

TEST(Recording, AnMp4FileIsPlainWhereTheFirstPictureComesLate) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].mp4")) + dvrHooks(backend)));
    // The sound of 12 s, of which the last has pictures.
    constexpr std::uint32_t kSlower = 3;
    publishClip(
        server,
        [](const rtmp::Message& message) {
            const bool isPicture = message.type == rtmp::MessageType::Video && message.payload.at(1) == 1;
            return isPicture && message.timestampMs < 2950;
        },
        [](std::uint32_t timeMs) { return timeMs * kSlower; });
    const HookCall call = backend.waitForCall("on_dvr");
    expectPlain(call.text("file"), {"dts"});
    EXPECT_THAT(
        runFfprobe({"-select_streams", "v", "-show_entries", "stream=start_time", "-of", "csv=p=0", call.text("file")}),
        testing::MatchesRegex("(8|9)\\.[0-9]+\n"));
    EXPECT_THAT(
        runFfprobe({"-select_streams", "a", "-show_entries", "stream=start_time", "-of", "csv=p=0", call.text("file")}),
        testing::StartsWith("0.0"));
}

TEST(Recording, NoTwoFramesOfAnMp4FileHaveOneTime) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].mp4")) + dvrHooks(backend)));
    publishClip(
        server, [](const rtmp::Message&) { return false; },
        [](std::uint32_t timeMs) { return timeMs / 200 * 200; }); // as of a clock that goes in steps
    expectPlain(backend.waitForCall("on_dvr").text("file"), {"dts", "pts"});
}

TEST(Recording, WhatMp4DoesNotCarryIsLeftOutAndSaid) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].mp4")) + dvrHooks(backend)));
    push(h264PcmaClip(), server);
    const HookCall call = backend.waitForCall("on_dvr");
    server.waitForLog("is without G711A");
    EXPECT_EQ(runFfprobe({"-show_entries", "stream=codec_name,nb_frames", "-of", "csv=p=0", call.text("file")}),
              fmt::format("h264,{}\n", hashesOfFile(h264PcmaClip()).video.size()));
}

TEST(Recording, SegmentsTogetherHoldEveryPacket) {
    for (const std::string ending : {".flv", ".mp4"}) {
        const TempFolder folder;
        MockBackend backend;
        HookcastServer server(defaultVhost(dvr(folder.file("[stream]" + ending), "dvr_plan segment; dvr_duration 1;") +
                                           dvrHooks(backend)));
        push(h264AacClip(), server);
        backend.waitForCall("on_dvr", 4);
        server.stop();
        const PacketHashes sent = hashesOfFile(h264AacClip());
        PacketHashes recorded;
        for (const HookCall& call : withAction(backend.calls(), "on_dvr")) {
            const PacketHashes part = hashesOfFile(call.text("file"));
            EXPECT_EQ(part.video.size(), 25U) << "a group of pictures";
            recorded.video.insert(recorded.video.end(), part.video.begin(), part.video.end());
            recorded.audio.insert(recorded.audio.end(), part.audio.begin(), part.audio.end());
        }
        EXPECT_EQ(recorded.count(), sent.count());
        EXPECT_TRUE(isBeginningOf(recorded, sent));
    }
}

TEST(Recording, TheBackendIsToldWhoWhatAndWhere) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].[timestamp].flv")) +
                                       hooksTo(backend, fmt::format("on_dvr {};", backend.url("/api/v1/dvrs")))));
    push(h264AacClip(), server, "show?token=x");
    const HookCall call = backend.waitForCall("on_dvr");
    const HookCall published = backend.waitForCall("on_publish");
    for (const char* field :
         {"server_id", "service_id", "ip", "vhost", "app", "tcUrl", "stream", "param", "stream_url", "stream_id"})
        EXPECT_EQ(call.text(field), published.text(field)) << field;
    EXPECT_EQ(call.text("param"), "?token=x");
    EXPECT_EQ(call.number("client_id"), published.number("client_id"));
    EXPECT_EQ(call.path, "/api/v1/dvrs");
    EXPECT_EQ(call.text("cwd"), std::filesystem::read_symlink(fmt::format("/proc/{}/cwd", server.pid())).string());
    EXPECT_THAT(call.text("file"), testing::MatchesRegex(folder.file("show\\.") + "[0-9]{13}\\.flv"));
}

TEST(Recording, TheWebhookIsToldOfEachRange) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(webhookTo(backend) + defaultVhost(dvr(folder.file("[stream].flv"))));
    push(h264AacClip(), server);
    const SentEvent event = named(backend.waitForEvents("stream:dvr"), "stream:dvr").back();
    EXPECT_EQ(support::shapeOfValue(event.data()),
              support::shapeOfValue(support::documentedEvent("stream:dvr")->getObject("data")));
    for (const std::string& member : event.data()->getNames())
        EXPECT_EQ(event.event->get(member).toString(), event.data()->get(member).toString()) << member;
    const auto range = event.data()->getObject("dvr")->getObject("range");
    EXPECT_EQ(range->getValue<std::uintmax_t>("size"), std::filesystem::file_size(folder.file("show.flv")));
    EXPECT_EQ(event.data()->getObject("error")->getValue<int>("no"), 0);
    EXPECT_TRUE(named(backend.waitForEvents("stream:create"), "stream:create").front().data()->getValue<bool>("dvr"));
}

TEST(Recording, OnlyThoseThatDvrApplyNames) {
    const TempFolder folder;
    HookcastServer server(defaultVhost(dvr(folder.file("[app]-[stream].flv"), "dvr_apply live/b live/c;")));
    for (const char* stream : {"a", "b", "c"}) push(h264AacClip(), server, stream);
    server.stop();
    EXPECT_THAT(filesIn(folder), ElementsAre(folder.file("live-b.flv"), folder.file("live-c.flv")));
}

TEST(Recording, TheEndOfTheServerCompletesFilesAndTells) {
    const TempFolder folder;
    MockBackend backend;
    MockBackend listener;
    HookcastServer server(webhookTo(listener) + defaultVhost(dvr(folder.file("[stream].mp4")) + dvrHooks(backend)));
    FfmpegRun publisher({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show")});
    listener.waitForEvents("stream:create");
    server.stop();
    EXPECT_THAT(filesIn(folder), ElementsAre(folder.file("show.mp4")));
    EXPECT_EQ(backend.waitForCall("on_dvr").text("file"), folder.file("show.mp4"));
    EXPECT_EQ(listener.events().back().name(), "service:down");
    EXPECT_THAT(named(listener.events(), "stream:dvr"), SizeIs(1));
    EXPECT_TRUE(isBeginningOf(hashesOfFile(folder.file("show.mp4")), hashesOfFile(h264AacClip())));
}

TEST(Recording, ManyStreamsAtOnce) {
    constexpr std::size_t kStreams = 8;
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].mp4")) + dvrHooks(backend)));
    std::vector<std::unique_ptr<FfmpegRun>> publishers;
    for (std::size_t i = 0; i < kStreams; ++i)
        publishers.push_back(std::make_unique<FfmpegRun>(std::vector<std::string>{
            "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url(fmt::format("live/show{}", i))}));
    backend.waitForCall("on_dvr", kStreams);
    const PacketHashes sent = hashesOfFile(h264AacClip());
    for (const std::string& file : filesIn(folder)) EXPECT_TRUE(isAllOf(hashesOfFile(file), sent)) << file;
    EXPECT_THAT(filesIn(folder), SizeIs(kStreams));
}

TEST(Recording, NothingIsOverwritten) {
    const TempFolder folder;
    folder.write("show.flv", "there before");
    HookcastServer server(defaultVhost(dvr(folder.file("[stream].flv"))));
    push(h264AacClip(), server);
    push(h264AacClip(), server);
    server.stop();
    EXPECT_THAT(filesIn(folder),
                ElementsAre(folder.file("show-1.flv"), folder.file("show-2.flv"), folder.file("show.flv")));
    EXPECT_EQ(readFile(folder.file("show.flv")), "there before");
}

} // namespace
} // namespace hookcast::integration
