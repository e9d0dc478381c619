// What is on the disk is what memory serves, survives the server, and is nobody's way around the hooks; a disk that
// fails costs viewers nothing.
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/HlsClient.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <sys/resource.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPlaylist = "/live/show.m3u8";

/// A vhost whose segments of a second are files of `folder`, and of which `backend` is told.
std::string filed(const MockBackend& backend, const TempFolder& folder, const std::string& hls = "") {
    return defaultVhost(fmt::format("hls {{ enabled on; hls_fragment 1; hls_path {}; {} }} {}", folder.path().string(),
                                    hls, hooksTo(backend, fmt::format("on_hls {};", backend.url("/api/v1/hls")))));
}

/// So many clips of four seconds, as fast as they are taken.
void publish(const HttpHookcast& hookcast, int clips) {
    runFfmpeg({"-stream_loop", std::to_string(clips - 1), "-i", h264AacClip(), "-c", "copy", "-f", "flv",
               hookcast.rtmpUrl("live/show")});
}

FfmpegRun publishing(const HttpHookcast& hookcast) {
    return FfmpegRun(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", hookcast.rtmpUrl("live/show")});
}

void limitFiles(const HookcastServer& server, rlim_t bytes) {
    const rlimit limit{bytes, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
}

std::string nameOf(const std::string& uri) {
    const std::string path = uri.substr(0, uri.find('?'));
    return path.substr(path.find_first_not_of('/'));
}

/// What ffmpeg finds in a playlist on the disk, keys and all.
std::size_t packetsIn(const std::string& playlist) {
    const std::string found =
        runFfprobe({"-allowed_extensions", "ALL", "-live_start_index", "0", "-count_packets", "-select_streams", "v:0",
                    "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", playlist});
    return std::stoul(found);
}

TEST(HlsFiles, AreWhatMemoryServes) {
    for (const char* form : {"", "hls_use_fmp4 on;", "hls_keys on; hls_fragments_per_key 2;"}) {
        const TempFolder folder;
        MockBackend backend;
        const HttpHookcast hookcast(filed(backend, folder, form));
        publish(hookcast, 2);
        const HookCall told = backend.waitForCall("on_hls", 8);
        EXPECT_EQ(told.number("seq_no"), 7) << form;
        EXPECT_EQ(told.text("m3u8"), folder.file("live/show.m3u8"));
        EXPECT_EQ(told.text("m3u8_url"), "live/show.m3u8");
        EXPECT_EQ(told.text("file"), folder.file(told.text("url")));
        HlsClient viewer(hookcast.httpPort(), kPlaylist);
        viewer.enter();
        viewer.waitForSegments(8);
        for (std::size_t i = 0; i < viewer.segments().size(); ++i)
            EXPECT_EQ(viewer.fetch(i).body, readFile(folder.file(nameOf(viewer.segments()[i])))) << form << i;
        const std::string playlist = readFile(folder.file("live/show.m3u8"));
        EXPECT_THAT(playlist, Not(HasSubstr("?"))) << "no viewer's token";
        EXPECT_EQ(packetsIn(folder.file("live/show.m3u8")), 200U) << form << playlist;
    }
}

TEST(HlsFiles, OfAnEarlierLifeAreGoneOnWith) {
    const TempFolder folder;
    MockBackend backend;
    {
        HttpHookcast hookcast(filed(backend, folder));
        FfmpegRun publisher = publishing(hookcast);
        backend.waitForCall("on_hls", 3);
        hookcast.server().signal(SIGKILL);
    }
    const std::size_t before = withAction(backend.calls(), "on_hls").size();
    const std::int64_t last = withAction(backend.calls(), "on_hls").back().number("seq_no");
    const HttpHookcast hookcast(filed(backend, folder));
    publish(hookcast, 1);
    const HookCall next = backend.waitForCall("on_hls", before + 1);
    // One may have been written and not told.
    EXPECT_THAT(next.number("seq_no"), AnyOf(last + 1, last + 2));
    const std::string playlist = readFile(folder.file("live/show.m3u8"));
    EXPECT_THAT(playlist, HasSubstr("#EXT-X-MEDIA-SEQUENCE:0\n"));
    EXPECT_THAT(playlist, HasSubstr("#EXT-X-DISCONTINUITY\n"));
    HlsClient viewer(hookcast.httpPort(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(static_cast<std::size_t>(last) + 2);
    EXPECT_EQ(nameOf(viewer.segments().front()), "live/show-0.ts");
    EXPECT_EQ(viewer.fetch(0).body, readFile(folder.file("live/show-0.ts"))) << "of before the restart";
    EXPECT_GT(packetsIn(folder.file("live/show.m3u8")), 100U);
}

TEST(HlsFiles, OfAnEarlierLifeGoWithoutRecovery) {
    const TempFolder folder;
    MockBackend backend;
    {
        const HttpHookcast hookcast(filed(backend, folder));
        publish(hookcast, 2);
        backend.waitForCall("on_hls", 8);
    }
    EXPECT_TRUE(std::filesystem::exists(folder.file("live/show-7.ts")));
    const HttpHookcast hookcast(filed(backend, folder, "hls_recover off;"));
    publish(hookcast, 1);
    EXPECT_EQ(backend.waitForCall("on_hls", 9).number("seq_no"), 0);
    EXPECT_FALSE(std::filesystem::exists(folder.file("live/show-7.ts")));
}

/// Publishes as fast as time goes.
FfmpegRun publishing(const HttpHookcast& hookcast, const std::string& stream, const std::string& clip) {
    return FfmpegRun({"-re", "-stream_loop", "-1", "-i", clip, "-c", "copy", "-f", "flv", hookcast.rtmpUrl(stream)});
}

/// What of sound is in a segment, which tells the clips apart.
std::string soundIn(const std::string& segment) {
    const TempFolder folder;
    folder.write("segment", segment);
    std::string codec = runFfprobe(
        {"-select_streams", "a:0", "-show_entries", "stream=codec_name", "-of", "csv=p=0", folder.file("segment")});
    return codec.substr(0, codec.find('\n'));
}

/// A viewer's segments are all of one stream, the last of which he waits for.
void expectSound(const HttpHookcast& hookcast, const std::string& playlist, const std::string& codec) {
    HlsClient viewer(hookcast.httpPort(), playlist);
    ASSERT_EQ(viewer.enter().status, 200) << playlist;
    viewer.waitForSegments(3);
    for (std::size_t i = 0; i < viewer.segments().size(); ++i) {
        const HttpAnswer segment = viewer.fetch(i);
        EXPECT_EQ(segment.status, 200) << viewer.segments()[i];
        EXPECT_EQ(soundIn(segment.body), codec) << viewer.segments()[i];
    }
}

/// Two vhosts with one hls_path and the names that are the default.
std::string twoVhosts(const MockBackend& backend, const TempFolder& folder, const std::string& hls = "") {
    const std::string content =
        fmt::format("hls {{ enabled on; hls_fragment 1; hls_path {}; {} }} {}", folder.path().string(), hls,
                    hooksTo(backend, fmt::format("on_hls {};", backend.url("/api/v1/hls"))));
    return vhost("v1", content) + vhost("v2", content);
}

TEST(HlsFiles, TwoVhostsInOneFolderHaveEachTheirOwn) {
    for (const char* form : {"hls_memory off;", "hls_recover off;", "hls_memory off; hls_cleanup off;"}) {
        const TempFolder folder;
        MockBackend backend;
        const HttpHookcast hookcast(twoVhosts(backend, folder, form));
        const FfmpegRun first = publishing(hookcast, "live?vhost=v1/show", h264Mp3Clip());
        backend.waitForCall("on_hls", 2);
        const FfmpegRun second = publishing(hookcast, "live?vhost=v2/show", h264AacClip());
        hookcast.server().waitForLog("is a file of the stream v1/live/show");
        expectSound(hookcast, "/live/show.m3u8?vhost=v2", "aac");
        expectSound(hookcast, "/live/show.m3u8?vhost=v1", "mp3");
        EXPECT_THAT(readFile(folder.file("live/show.m3u8")), HasSubstr("## hookcast-stream: v1/live/show\n")) << form;
        for (const auto& file : std::filesystem::directory_iterator(folder.path() / "live")) {
            if (file.path().extension() != ".ts") continue;
            EXPECT_EQ(soundIn(readFile(file.path().string())), "mp3") << form;
        }
        for (const HookCall& call : withAction(backend.calls(), "on_hls"))
            EXPECT_EQ(call.text("file").empty(), call.text("vhost") == "v2") << "there is none";
    }
}

TEST(HlsFiles, OfAnEarlierLifeAreNotAnotherStreams) {
    for (const char* form : {"", "hls_recover off;"}) {
        const TempFolder folder;
        MockBackend backend;
        {
            HttpHookcast hookcast(twoVhosts(backend, folder));
            const FfmpegRun first = publishing(hookcast, "live?vhost=v1/show", h264Mp3Clip());
            backend.waitForCall("on_hls", 4);
            hookcast.server().signal(SIGKILL);
        }
        const HttpHookcast hookcast(twoVhosts(backend, folder, form));
        const FfmpegRun second = publishing(hookcast, "live?vhost=v2/show", h264AacClip());
        expectSound(hookcast, "/live/show.m3u8?vhost=v2", "aac");
        const std::string playlist = readFile(folder.file("live/show.m3u8"));
        EXPECT_THAT(playlist, HasSubstr("## hookcast-stream: v2/live/show\n")) << form;
        EXPECT_THAT(playlist, Not(HasSubstr("#EXT-X-DISCONTINUITY\n"))) << form;
        EXPECT_TRUE(std::filesystem::exists(folder.file("live/show-3.ts"))) << "what is not its own stays";
    }
}

TEST(HlsFiles, NamesThatDoNotTellTheStreamAreMadeToTellIt) {
    for (const char* form : {"hls_ts_file seg/[stream]-[seq].ts;", "hls_memory off; hls_ts_file [seq].ts;",
                             "hls_cdn on; hls_ts_file x.ts;",
                             "hls_use_fmp4 on; hls_init_file [app]/init.mp4; hls_fmp4_file [stream]-[seq].m4s;",
                             "hls_keys on; hls_key_file [stream].key; hls_memory off;"}) {
        const TempFolder folder;
        MockBackend backend;
        const HttpHookcast hookcast(filed(backend, folder, form));
        const FfmpegRun first = publishing(hookcast, "alice/cam", h264Mp3Clip());
        const FfmpegRun second = publishing(hookcast, "bob/cam", h264AacClip());
        const FfmpegRun third = publishing(hookcast, "bob/other", h264Mp3Clip());
        const auto played = [&](const std::string& path) {
            HlsClient viewer(hookcast.httpPort(), "/" + path);
            viewer.enter();
            viewer.waitForSegments(3);
            return runFfprobe({"-allowed_extensions", "ALL", "-select_streams", "a:0", "-show_entries",
                               "stream=codec_name", "-of", "csv=p=0", hookcast.httpUrl(path)});
        };
        EXPECT_THAT(played("alice/cam.m3u8"), HasSubstr("mp3")) << form;
        EXPECT_THAT(played("bob/cam.m3u8"), HasSubstr("aac")) << form;
        EXPECT_THAT(played("bob/other.m3u8"), HasSubstr("mp3")) << form;
    }
}

TEST(HlsFiles, ADiskThatIsFullCostsViewersNothing) {
    const TempFolder folder;
    MockBackend backend;
    const HttpHookcast hookcast(filed(backend, folder));
    const FfmpegRun publisher = publishing(hookcast);
    backend.waitForCall("on_hls", 1);
    limitFiles(hookcast.server(), 1000);
    hookcast.server().waitForLog("segments of __defaultVhost__/live/show are not written");
    HlsClient viewer(hookcast.httpPort(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(3);
    EXPECT_EQ(viewer.fetch(2).status, 200);
    const std::size_t told = withAction(backend.calls(), "on_hls").size();
    EXPECT_EQ(backend.waitForCall("on_hls", told + 1).text("file"), "") << "there is none";
    limitFiles(hookcast.server(), RLIM_INFINITY);
    hookcast.server().waitForLog("are written again");
    EXPECT_THAT(waitForContent(folder.file("live/show.m3u8"), "#EXT-X-GAP"), HasSubstr("#EXT-X-MEDIA-SEQUENCE:0\n"));
    EXPECT_EQ(hookcast.server().log().count("are not written:"), 1U);
}

TEST(HlsFiles, APathThatCannotBeCostsViewersNothing) {
    const TempFolder folder;
    folder.write("live", "in the way");
    MockBackend backend;
    const HttpHookcast hookcast(filed(backend, folder));
    const FfmpegRun publisher = publishing(hookcast);
    EXPECT_EQ(backend.waitForCall("on_hls", 2).text("file"), "");
    HlsClient viewer(hookcast.httpPort(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(2);
    EXPECT_EQ(viewer.fetch(0).status, 200);
}

TEST(HlsFiles, APublisherCanBeEndedWhereTheyCannotBeWritten) {
    const TempFolder folder;
    folder.write("live", "in the way");
    MockBackend backend;
    const HttpHookcast hookcast(filed(backend, folder, "hls_on_error disconnect;"));
    FfmpegRun publisher = publishing(hookcast);
    EXPECT_THAT(backend.waitForCall("on_unpublish").text("reason"), HasSubstr("hls_on_error"));
}

TEST(HlsFiles, AreNoDoorBesideTheGate) {
    const TempFolder folder;
    MockBackend backend;
    const std::string http = fmt::format("dir {};", folder.path().string());
    {
        const HttpHookcast hookcast(filed(backend, folder), http);
        publish(hookcast, 1);
        backend.waitForCall("on_hls", 4);
        EXPECT_EQ(HttpClient(hookcast.httpPort()).get("/live/show-0.ts").status, 403) << "no viewer's token";
    }
    const HttpHookcast hookcast(filed(backend, folder), http);
    const std::size_t asked = withAction(backend.calls(), "on_play").size();
    EXPECT_EQ(HttpClient(hookcast.httpPort()).get("/live/show-0.ts?token=x").status, 200) << "the backend has said yes";
    const HookCall play = backend.waitForCall("on_play", asked + 1);
    EXPECT_EQ(play.text("stream"), "show");
    EXPECT_EQ(play.text("param"), "?token=x");
    backend.addRule(R"({"match":{"action":"on_play"},"reply":{"status":403}})");
    for (const char* path : {"/live/show.m3u8", "/live/show-0.ts", "/live/other-0.ts", "/live/show-0.key"})
        EXPECT_EQ(HttpClient(hookcast.httpPort()).get(path).status, 403) << path;
}

} // namespace
} // namespace hookcast::integration
