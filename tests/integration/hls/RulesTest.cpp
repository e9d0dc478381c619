// What playlists have to be while a stream lives: by RFC 8216, its second edition and Apple's rules.
#include "support/FfmpegRun.h"
#include "support/HlsViewer.h"
#include "support/Protocol.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using support::HlsPlaylist;
using support::HlsSegment;

std::string hls(const std::string& directives) {
    return fmt::format("hls {{ enabled on; hls_fragment 1; hls_window 600; {} }}\n", directives);
}

class HlsRules : public testing::Test {
  protected:
    static std::vector<std::string> pushing(const std::string& clip, const std::string& url, bool isLive) {
        std::vector<std::string> arguments;
        if (isLive) arguments = {"-re", "-stream_loop", "-1"};
        arguments.insert(arguments.end(), {"-i", clip, "-c", "copy", "-f", "flv", url});
        return arguments;
    }

    /// Until it is known what the stream has, a master playlist cannot say so.
    static void waitForSegments(const ProtocolServer& server) {
        HlsViewer first(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
        first.waitFor([](const HlsPlaylist& now) { return !now.segments.empty(); });
    }

    static std::size_t discontinuities(const HlsPlaylist& playlist) {
        return static_cast<std::size_t>(std::ranges::count_if(
            playlist.segments, [](const HlsSegment& segment) { return segment.isDiscontinuous; }));
    }
};

TEST_F(HlsRules, HoldWhileAPlaylistSlides) {
    ProtocolServer server("hls { enabled on; hls_fragment 1; hls_window 4; }\n");
    const FfmpegRun publisher(pushing(h264AacClip(), server.publishUrl(Protocol::Rtmp, "clip"), true));
    waitForSegments(server);
    HlsViewer viewer(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
    viewer.waitFor([](const HlsPlaylist& now) { return now.mediaSequence >= 4; });
    EXPECT_EQ(viewer.mistakes(), "");
}

TEST_F(HlsRules, HoldForEachPart) {
    constexpr int kParts = 40;
    ProtocolServer server(hls("hls_ll on;"));
    const FfmpegRun publisher(pushing(h264AacClip(), server.publishUrl(Protocol::Rtmp, "clip"), true));
    waitForSegments(server);
    HlsViewer viewer(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
    viewer.waitFor([](const HlsPlaylist& now) { return now.segments.size() >= 2 && now.open; });
    for (int i = 0; i < kParts; ++i) {
        const std::uint64_t segment = viewer.reload().nextSequence();
        const std::size_t part = viewer.reload().open ? viewer.reload().open->parts.size() : 0;
        const HlsPlaylist& now = viewer.next();
        EXPECT_TRUE(now.nextSequence() > segment || (now.open && now.open->parts.size() > part)) << viewer.text();
    }
    EXPECT_EQ(viewer.mistakes(), "");
}

TEST_F(HlsRules, HoldForDeltaUpdates) {
    ProtocolServer server(hls("hls_ll on;"));
    FfmpegRun publisher(pushing(h264AacClip(), server.publishUrl(Protocol::Rtmp, "clip"), true));
    waitForSegments(server);
    HlsViewer viewer(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
    viewer.waitFor([](const HlsPlaylist& now) {
        return now.segments.size() >= 10 && now.targetDurationS &&
               now.durationS() > static_cast<double>(8 * *now.targetDurationS);
    });
    // Nothing new comes between the two answers: a publisher that is held.
    publisher.signal(SIGSTOP);
    std::string full;
    std::string delta;
    do {
        viewer.reload();
        full = viewer.text();
        delta = viewer.ask("_HLS_skip=YES");
        viewer.reload();
    } while (viewer.text() != full);
    EXPECT_EQ(support::joined(support::checkHlsDelta(delta, full)), "") << delta << full;
    publisher.signal(SIGCONT);
    EXPECT_EQ(viewer.mistakes(), "");
}

TEST_F(HlsRules, HoldWhenThePublisherComesBack) {
    for (const char* directives : {"", "hls_use_fmp4 on;", "hls_ll on;"}) {
        ProtocolServer server(hls(directives));
        const auto push = pushing(h264AacClip(), server.publishUrl(Protocol::Rtmp, "clip"), false);
        runFfmpeg(push);
        HlsViewer viewer(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
        const std::size_t before = viewer.waitFor([](const HlsPlaylist& now) { return now.hasEnded; }).segments.size();
        EXPECT_GE(before, 4U);
        EXPECT_EQ(discontinuities(viewer.reload()), 0U);
        viewer.goOn();
        runFfmpeg(push);
        HlsViewer again(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
        const HlsPlaylist& after =
            again.waitFor([before](const HlsPlaylist& now) { return now.hasEnded && now.segments.size() > before; });
        EXPECT_EQ(after.segments.size(), 2 * before) << again.text();
        EXPECT_EQ(discontinuities(after), 1U) << again.text();
        EXPECT_TRUE(after.segments.at(before).isDiscontinuous) << again.text();
        EXPECT_EQ(viewer.mistakes() + again.mistakes(), "") << directives;
    }
}

TEST_F(HlsRules, HoldForKeys) {
    ProtocolServer server(hls("hls_keys on; hls_fragments_per_key 2;"));
    runFfmpeg(pushing(h264AacClip(), server.publishUrl(Protocol::Rtmp, "clip"), false));
    HlsViewer viewer(server.port(Protocol::HttpFlv), "/live/clip.m3u8");
    const HlsPlaylist& playlist = viewer.waitFor([](const HlsPlaylist& now) { return now.hasEnded; });
    EXPECT_NE(playlist.segments.front().key, "");
    EXPECT_NE(playlist.segments.front().key, playlist.segments.back().key);
    EXPECT_EQ(viewer.mistakes(), "");
    const std::string url = fmt::format("http://127.0.0.1:{}/live/clip.m3u8", server.port(Protocol::HttpFlv));
    runFfmpeg({"-xerror", "-i", url, "-c", "copy", "-f", "null", "-"});
}

} // namespace
} // namespace hookcast::integration
