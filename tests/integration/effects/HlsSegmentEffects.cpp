// What segments and playlists are: those rows of vhost.hls that say how a stream is cut and written, and vhost.dash.
#include "effects/Effect.h"

#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/HlsClient.h"
#include "support/HttpHookcast.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// A stream `live/show` of 16 seconds, a keyframe each second, that has been published at once.
class Cut {
  public:
    explicit Cut(std::string_view hls, const std::string& clip = h264AacClip(),
                 const std::vector<std::string>& options = {})
        : hookcast_(fmt::format("vhost __defaultVhost__ {{ hls {{ enabled on; {} }} }}\n", hls)) {
        std::vector<std::string> arguments = {"-stream_loop", "3", "-i", clip, "-c", "copy"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        arguments.insert(arguments.end(), {"-f", "flv", hookcast_.rtmpUrl("live/show")});
        runFfmpeg(arguments);
    }

    HlsClient viewer() const {
        HlsClient viewer(hookcast_.httpPort(), "/live/show.m3u8");
        viewer.enter();
        viewer.waitForSegments(3);
        return viewer;
    }

    std::string playlist() const { return viewer().reload().body; }

    std::string master() const {
        viewer();
        return HlsClient(hookcast_.httpPort(), "/live/show.m3u8").enter().body;
    }

    const HookcastServer& server() const { return hookcast_.server(); }

  private:
    HttpHookcast hookcast_;
};

std::string playlistWith(std::string_view hls) {
    return Cut(hls).playlist();
}

void fragment() {
    EXPECT_THAT(playlistWith("hls_fragment 1;"), HasSubstr("#EXTINF:1.000000,"));
    EXPECT_THAT(playlistWith("hls_fragment 2;"), HasSubstr("#EXTINF:2.000000,"));
}

void targetRatio() {
    EXPECT_THAT(playlistWith("hls_fragment 1;"), HasSubstr("#EXT-X-TARGETDURATION:1\n"));
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_td_ratio 3;"), HasSubstr("#EXT-X-TARGETDURATION:3\n"));
}

void overflowRatio() {
    EXPECT_THAT(playlistWith("hls_fragment 0.2;"), Not(HasSubstr("#EXTINF:1.000000,")));
    EXPECT_THAT(playlistWith("hls_fragment 0.2; hls_aof_ratio 10;"), HasSubstr("#EXTINF:1.000000,"));
}

void window() {
    EXPECT_THAT(playlistWith("hls_fragment 1;"), HasSubstr("#EXT-X-MEDIA-SEQUENCE:0\n"));
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_window 5;"), Not(HasSubstr("#EXT-X-MEDIA-SEQUENCE:0\n")));
}

void dvrWindow() {
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_window 5; dvr_window 60;"), HasSubstr("#EXT-X-MEDIA-SEQUENCE:0\n"));
}

void tsFloor() {
    const auto nameWith = [](std::string_view hls) {
        return Cut(fmt::format("hls_fragment 1; hls_ts_file [app]/[stream]-[timestamp].ts; {}", hls))
            .viewer()
            .segments()
            .front();
    };
    EXPECT_THAT(nameWith(""), MatchesRegex("/live/show-[0-9]{13}.ts.*"));
    EXPECT_THAT(nameWith("hls_ts_floor on;"), MatchesRegex("/live/show-[0-9]{10}.ts.*"));
}

void entryPrefix() {
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_entry_prefix http://cdn.example/;"),
                HasSubstr("\nhttp://cdn.example/live/show-0.ts"));
}

void audioCodec() {
    EXPECT_THAT(Cut("hls_fragment 1;").master(), HasSubstr("mp4a.40.2"));
    EXPECT_THAT(Cut("hls_fragment 1; hls_acodec an;").master(), Not(HasSubstr("mp4a.40.2")));
}

void videoCodec() {
    EXPECT_THAT(Cut("hls_fragment 1;").master(), HasSubstr("avc1."));
    EXPECT_THAT(Cut("hls_fragment 1; hls_vcodec vn;").master(), Not(HasSubstr("avc1.")));
}

void waitKeyframe() {
    constexpr std::string_view kTerms = "hls_fragment 0.4; hls_aof_ratio 10; ";
    EXPECT_THAT(playlistWith(kTerms), HasSubstr("#EXTINF:1.000000,"));
    EXPECT_THAT(playlistWith(fmt::format("{} hls_wait_keyframe off;", kTerms)), Not(HasSubstr("#EXTINF:1.000000,")));
}

/// The first clock reference of a transport stream (ISO/IEC 13818-1, 2.4.3.5), in seconds.
std::int64_t firstClockS(const std::string& packets) {
    constexpr std::size_t kPacketBytes = 188;
    for (std::size_t at = 0; at + kPacketBytes <= packets.size(); at += kPacketBytes) {
        const auto byte = [&](std::size_t i) { return std::int64_t{static_cast<std::uint8_t>(packets[at + i])}; };
        const bool hasAdaptation = (byte(3) & 0x20) != 0 && byte(4) > 0;
        if (!hasAdaptation || (byte(5) & 0x10) == 0) continue;
        return (byte(6) << 25 | byte(7) << 17 | byte(8) << 9 | byte(9) << 1 | byte(10) >> 7) / 90000;
    }
    return -1;
}

void dtsDirectly() {
    const auto firstS = [](std::string_view hls) {
        const Cut cut(hls, h264AacClip(), {"-output_ts_offset", "100"});
        return firstClockS(cut.viewer().fetch(0).body);
    };
    EXPECT_GE(firstS("hls_fragment 1;"), 99); // B-frames are decoded before they are shown
    EXPECT_EQ(firstS("hls_fragment 1; hls_dts_directly off;"), 0);
}

void usesFmp4() {
    EXPECT_THAT(playlistWith("hls_fragment 1;"), Not(HasSubstr(".m4s")));
    const std::string text = playlistWith("hls_fragment 1; hls_use_fmp4 on;");
    EXPECT_THAT(text, HasSubstr("#EXT-X-MAP:URI=\"show/init.mp4"));
    EXPECT_THAT(text, HasSubstr("\nshow-0.m4s"));
}

void lowLatency() {
    EXPECT_THAT(playlistWith("hls_fragment 1;"), Not(HasSubstr("#EXT-X-PART-INF")));
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_ll on;"), HasSubstr("#EXT-X-PART-INF:PART-TARGET=0.202\n"));
}

void part() {
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_ll on; hls_part 0.4;"),
                HasSubstr("#EXT-X-PART-INF:PART-TARGET=0.402\n"));
}

void tsFile() {
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_ts_file [app]/[stream]/n[seq]-[duration].ts;"),
                HasSubstr("\nshow/n0-1000.ts"));
}

void fmp4File() {
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_use_fmp4 on; hls_fmp4_file [app]/[stream]/n[seq].m4s;"),
                HasSubstr("\nshow/n0.m4s"));
}

void initFile() {
    EXPECT_THAT(playlistWith("hls_fragment 1; hls_use_fmp4 on; hls_init_file [app]/[stream]-head.mp4;"),
                HasSubstr("#EXT-X-MAP:URI=\"show-head.mp4"));
}

/// Sound that segments cannot hold, and nothing else.
void onError() {
    constexpr std::string_view kTerms = "hls_vcodec vn;";
    const auto server = [&](std::string_view onError) {
        return fmt::format("vhost __defaultVhost__ {{ hls {{ enabled on; {} {} }} }}\n", kTerms, onError);
    };
    const HttpHookcast stays(server(""));
    const FfmpegRun publisher(
        {"-stream_loop", "-1", "-re", "-i", h264PcmaClip(), "-c", "copy", "-f", "flv", stays.rtmpUrl("live/show")});
    stays.server().waitForLog("live/show has no HLS: there is nothing but G711A");
    const HttpHookcast goes(server("hls_on_error disconnect;"));
    const FfmpegRun other(
        {"-stream_loop", "-1", "-re", "-i", h264PcmaClip(), "-c", "copy", "-f", "flv", goes.rtmpUrl("live/show")});
    goes.server().waitForLog("hls_on_error: there is nothing but G711A");
}

/// The same stream over DASH alone.
class Dash {
  public:
    explicit Dash(std::string_view dash)
        : hookcast_(fmt::format("vhost __defaultVhost__ {{ dash {{ enabled on; {} }} }}\n", dash)) {
        runFfmpeg(
            {"-stream_loop", "3", "-i", h264AacClip(), "-c", "copy", "-f", "flv", hookcast_.rtmpUrl("live/show")});
    }

    HttpAnswer get(const std::string& path = "/live/show.mpd") const {
        return HttpClient(hookcast_.httpPort()).get(path);
    }

  private:
    HttpHookcast hookcast_;
};

void dash() {
    const Dash dash("dash_fragment 1;");
    const HttpAnswer manifest = dash.get();
    EXPECT_EQ(manifest.status, 200);
    EXPECT_EQ(manifest.field("content-type"), "application/dash+xml");
    EXPECT_THAT(manifest.body, HasSubstr("<Representation id=\"0\""));
    EXPECT_NE(Cut("hls_fragment 1;").viewer().get("/live/show.mpd").status, 200);
}

void dashFragment() {
    EXPECT_THAT(Dash("dash_fragment 1;").get().body, HasSubstr(" d=\"1000\"/>"));
    EXPECT_THAT(Dash("dash_fragment 2;").get().body, HasSubstr(" d=\"2000\"/>"));
}

void dashUpdatePeriod() {
    EXPECT_THAT(Dash("dash_fragment 1; dash_update_period 2.5;").get().body,
                HasSubstr("minimumUpdatePeriod=\"PT2.500S\""));
}

void dashTimeshift() {
    EXPECT_THAT(Dash("dash_fragment 1; dash_timeshift 3;").get().body, HasSubstr("timeShiftBufferDepth=\"PT3.000S\""));
}

void dashManifestFile() {
    const Dash dash("dash_fragment 1; dash_mpd_file [app]/[stream]/index.mpd;");
    EXPECT_EQ(dash.get("/live/show/index.mpd").status, 200);
    EXPECT_EQ(dash.get().status, 404);
}

void dashWindow() {
    EXPECT_THAT(Dash("dash_fragment 1; dash_window_size 2;").get().body, HasSubstr("startNumber=\"14\""));
    EXPECT_THAT(Dash("dash_fragment 1; dash_window_size 4;").get().body, HasSubstr("startNumber=\"12\""));
}

void dashDispose() {
    const Dash dash("dash_fragment 1; dash_dispose 1;");
    const Deadline deadline;
    while (dash.get().status != 404) ASSERT_FALSE(deadline.passed());
}

} // namespace

Effects hlsSegmentEffects() {
    return {
        {"vhost.hls.hls_fragment", fragment},
        {"vhost.hls.hls_td_ratio", targetRatio},
        {"vhost.hls.hls_aof_ratio", overflowRatio},
        {"vhost.hls.hls_window", window},
        {"vhost.hls.dvr_window", dvrWindow},
        {"vhost.hls.hls_ts_floor", tsFloor},
        {"vhost.hls.hls_entry_prefix", entryPrefix},
        {"vhost.hls.hls_acodec", audioCodec},
        {"vhost.hls.hls_vcodec", videoCodec},
        {"vhost.hls.hls_wait_keyframe", waitKeyframe},
        {"vhost.hls.hls_dts_directly", dtsDirectly},
        {"vhost.hls.hls_use_fmp4", usesFmp4},
        {"vhost.hls.hls_ll", lowLatency},
        {"vhost.hls.hls_part", part},
        {"vhost.hls.hls_ts_file", tsFile},
        {"vhost.hls.hls_fmp4_file", fmp4File},
        {"vhost.hls.hls_init_file", initFile},
        {"vhost.hls.hls_on_error", onError},
        {"vhost.dash.enabled", dash},
        {"vhost.dash.dash_fragment", dashFragment},
        {"vhost.dash.dash_update_period", dashUpdatePeriod},
        {"vhost.dash.dash_timeshift", dashTimeshift},
        {"vhost.dash.dash_mpd_file", dashManifestFile},
        {"vhost.dash.dash_window_size", dashWindow},
        {"vhost.dash.dash_dispose", dashDispose},
    };
}

} // namespace hookcast::integration
