// Viewers of HLS: those rows of vhost.hls and limits that decide who gets what, and from where.
#include "effects/Effect.h"

#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/HlsClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A stream `live/show` in segments of a second, all there at once.
class Show {
  public:
    explicit Show(std::string_view hls, std::string_view before = "", std::string_view more = "")
        : hookcast_(fmt::format("{} vhost __defaultVhost__ {{ {} hls {{ enabled on; hls_fragment 1; {} }} }}\n", before,
                                more, hls)),
          publisher_({"-stream_loop", "4", "-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv",
                      hookcast_.rtmpUrl("live/show")}) {}

    std::uint16_t port() const { return hookcast_.httpPort(); }
    const HookcastServer& server() const { return hookcast_.server(); }

    /// One who has a playlist with so many segments.
    HlsClient viewer(std::size_t segments = 1) const {
        HlsClient viewer(port(), "/live/show.m3u8");
        viewer.enter();
        viewer.waitForSegments(segments);
        return viewer;
    }

  private:
    HttpHookcast hookcast_;
    FfmpegRun publisher_;
};

std::string withoutQuery(const std::string& path) {
    return path.substr(0, path.find('?'));
}

void enabled() {
    const HttpHookcast off("vhost __defaultVhost__ { hls { enabled off; } }\n");
    EXPECT_EQ(HttpClient(off.httpPort()).get("/live/show.m3u8").status, 404);
    EXPECT_EQ(Show("").viewer().fetch(0).status, 200);
}

void playlistFile() {
    const Show show("hls_m3u8_file [app]/[stream]/index.m3u8;");
    HlsClient viewer(show.port(), "/live/show/index.m3u8");
    EXPECT_EQ(viewer.enter().status, 200);
    viewer.waitForSegments(1);
    EXPECT_EQ(viewer.fetch(0).status, 200);
    EXPECT_EQ(HttpClient(show.port()).get("/live/show.m3u8").status, 404);
}

void ctx() {
    EXPECT_THAT(Show("").viewer().mediaPath(), HasSubstr("hls_ctx="));
    EXPECT_THAT(Show("hls_ctx off;").viewer().mediaPath(), Not(HasSubstr("hls_ctx=")));
}

void tsCtx() {
    HlsClient withToken = Show("").viewer();
    EXPECT_THAT(withToken.segments().front(), HasSubstr("hls_ctx="));
    const Show show("hls_ts_ctx off;");
    HlsClient without = show.viewer();
    EXPECT_THAT(without.segments().front(), Not(HasSubstr("hls_ctx=")));
    EXPECT_EQ(without.fetch(0).status, 200);
}

void ctxBind() {
    const auto statusFromElsewhere = [](std::string_view hls) {
        const Show show(hls);
        HlsClient viewer = show.viewer();
        return HlsClient(show.port(), "", "", "127.0.0.2").get(viewer.segments().front()).status;
    };
    EXPECT_EQ(statusFromElsewhere(""), 403);
    EXPECT_EQ(statusFromElsewhere("hls_ctx_bind off;"), 200);
}

void viewerTimeout() {
    const Show show("hls_viewer_timeout 0.5;");
    HlsClient viewer = show.viewer();
    show.server().waitForLog("the viewer has asked for nothing for hls_viewer_timeout");
    EXPECT_EQ(viewer.reload().status, 403);
}

void cdn() {
    const auto statusOfStranger = [](std::string_view hls) {
        const Show show(hls);
        HlsClient viewer = show.viewer();
        return HlsClient(show.port(), "").get(withoutQuery(viewer.segments().front())).status;
    };
    EXPECT_EQ(statusOfStranger(""), 403);
    EXPECT_EQ(statusOfStranger("hls_cdn on;"), 200);
}

void masterPathRelative() {
    const auto masterOf = [](std::string_view hls) {
        const Show show(hls);
        return HlsClient(show.port(), "/live/show.m3u8").enter().body;
    };
    EXPECT_THAT(masterOf(""), HasSubstr("\n/live/show.m3u8?hls_ctx="));
    EXPECT_THAT(masterOf("hls_master_m3u8_path_relative on;"), HasSubstr("\nshow.m3u8?hls_ctx="));
}

void viewers() {
    const auto statusOfSecond = [](std::string_view limits) {
        const Show show("", limits);
        HlsClient viewer = show.viewer();
        return HlsClient(show.port(), "/live/show.m3u8").enter().status;
    };
    EXPECT_EQ(statusOfSecond(""), 200);
    EXPECT_EQ(statusOfSecond("limits { hls_viewers 1; }"), 503);
}

/// How many segments a playlist has of a stream that comes faster than it plays, of 80 seconds in all.
std::size_t segmentsKept(std::string_view hls, std::string_view before = "") {
    const HttpHookcast hookcast(
        fmt::format("{} vhost __defaultVhost__ {{ hls {{ enabled on; hls_fragment 1; hls_window "
                    "3600; hls_dispose 0; {} }} }}\n",
                    before, hls));
    runFfmpeg({"-stream_loop", "19", "-i", h264AacClip(), "-c", "copy", "-f", "flv", hookcast.rtmpUrl("live/show")});
    HlsClient viewer(hookcast.httpPort(), "/live/show.m3u8");
    viewer.enter();
    viewer.waitForSegments(1);
    return viewer.segments().size();
}

void memorySize() {
    EXPECT_GT(segmentsKept(""), 70U);
    EXPECT_LT(segmentsKept("hls_memory_size 1m;"), 70U);
}

void memoryOfAll() {
    EXPECT_LT(segmentsKept("", "limits { hls_memory 1m; }"), 70U);
}

/// Whether a viewer gets what stands in a segment's file, where somebody has written something else there.
bool servesTheFile(const char* memory) {
    const TempFolder folder;
    const Show show(fmt::format("hls_path {}; hls_memory {};", folder.path().string(), memory));
    HlsClient viewer = show.viewer(2);
    const std::string path = withoutQuery(viewer.segments().front());
    const std::string file = folder.path().string() + path;
    const Deadline deadline;
    while (!std::filesystem::exists(file) && !deadline.passed()) viewer.reload();
    std::ofstream(file, std::ios::trunc) << "of the file";
    return viewer.fetch(0).body == "of the file";
}

void memory() {
    EXPECT_FALSE(servesTheFile("on"));
    EXPECT_TRUE(servesTheFile("off"));
}

} // namespace

Effects hlsViewerEffects() {
    return {
        {"vhost.hls.enabled", enabled},      {"vhost.hls.hls_m3u8_file", playlistFile},
        {"vhost.hls.hls_ctx", ctx},          {"vhost.hls.hls_ts_ctx", tsCtx},
        {"vhost.hls.hls_ctx_bind", ctxBind}, {"vhost.hls.hls_viewer_timeout", viewerTimeout},
        {"vhost.hls.hls_cdn", cdn},          {"vhost.hls.hls_master_m3u8_path_relative", masterPathRelative},
        {"vhost.hls.hls_memory", memory},    {"vhost.hls.hls_memory_size", memorySize},
        {"limits.hls_memory", memoryOfAll},  {"limits.hls_viewers", viewers},
    };
}

} // namespace hookcast::integration
