// Requests for what is to come: parts, and playlists that have them.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HlsClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

constexpr const char* kPlaylist = "/live/show.m3u8";

/// The number that the next segment of a playlist will have.
std::uint64_t nextSequence(const HttpAnswer& playlist, const HlsClient& viewer) {
    std::smatch found;
    std::regex_search(playlist.body, found, std::regex("#EXT-X-MEDIA-SEQUENCE:([0-9]+)"));
    return std::stoull(found.str(1)) + viewer.segments().size();
}

/// The URI of the newest line that begins so.
std::string uriOf(const std::string& playlist, const std::string& tag) {
    const std::size_t line = playlist.rfind(tag);
    if (line == std::string::npos) return {};
    const std::size_t first = playlist.find("URI=\"", line) + 5;
    return playlist.substr(first, playlist.find('"', first) - first);
}

class LowLatencyHls : public testing::Test {
  protected:
    LowLatencyHls() {
        hookcast_.emplace(fmt::format(
            "max_connections 4000;\nlimits {{ limit_exempt 127.0.0.1; }}\n{}",
            defaultVhost("hls { enabled on; hls_ll on; hls_fragment 1; hls_part 0.2; hls_viewer_timeout 60; }" +
                         hooksTo(backend_))));
        publisher_.emplace(std::vector<std::string>{"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy",
                                                    "-f", "flv", hookcast_->rtmpUrl("live/show")});
        viewer_.emplace(port(), kPlaylist);
        viewer_->enter();
        viewer_->waitForSegments(2);
    }

    std::uint16_t port() const { return hookcast_->httpPort(); }

    /// As it stands in playlists.
    std::string partOf(std::uint64_t sequence, int part) const {
        const std::string token = viewer_->mediaPath().substr(viewer_->mediaPath().find("hls_ctx="));
        return fmt::format("show-{}.m4s?{}&part={}", sequence, token, part);
    }

    HttpAnswer ask(const std::string& more) { return viewer_->get(viewer_->mediaPath() + more); }

    MockBackend backend_;
    std::optional<HttpHookcast> hookcast_;
    std::optional<FfmpegRun> publisher_;
    std::optional<HlsClient> viewer_;
};

TEST_F(LowLatencyHls, WaitsForTheSegmentOrPartThatIsAskedFor) {
    const HttpAnswer now = viewer_->reload();
    EXPECT_THAT(now.body, HasSubstr("#EXT-X-PART:"));
    EXPECT_THAT(now.body, HasSubstr("CAN-BLOCK-RELOAD=YES"));
    const std::uint64_t next = nextSequence(now, *viewer_);
    const HttpAnswer later = ask(fmt::format("&_HLS_msn={}", next));
    ASSERT_EQ(later.status, 200);
    EXPECT_THAT(later.body, HasSubstr(fmt::format("show-{}.m4s", next)));
    const HttpAnswer withPart = ask(fmt::format("&_HLS_msn={}&_HLS_part=1", next + 1));
    ASSERT_EQ(withPart.status, 200);
    EXPECT_THAT(withPart.body, HasSubstr(partOf(next + 1, 1)));
}

TEST_F(LowLatencyHls, TakesAPartBehindTheLastForTheNextSegmentsFirst) {
    const std::uint64_t next = nextSequence(viewer_->reload(), *viewer_);
    const HttpAnswer answer = ask(fmt::format("&_HLS_msn={}&_HLS_part=7", next));
    ASSERT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr(partOf(next + 1, 0)));
    EXPECT_THAT(answer.body.substr(answer.body.rfind("#EXT")), HasSubstr("PRELOAD-HINT")) << "it says what comes next";
}

TEST_F(LowLatencyHls, RefusesWhatMakesNoSense) {
    const std::uint64_t next = nextSequence(viewer_->reload(), *viewer_);
    EXPECT_EQ(ask(fmt::format("&_HLS_msn={}", next + 50)).status, 400);
    EXPECT_EQ(ask("&_HLS_msn=-1").status, 400);
    EXPECT_EQ(ask("&_HLS_msn=x").status, 400);
    EXPECT_EQ(ask("&_HLS_msn=99999999999999999999999").status, 400);
    EXPECT_EQ(ask("&_HLS_part=0").status, 400);
    EXPECT_EQ(ask(fmt::format("&_HLS_msn={}&_HLS_part=9999", next)).status, 400);
    EXPECT_EQ(ask("&_HLS_msn=0").status, 200) << "that is there, or was";
}

TEST_F(LowLatencyHls, ServesPartsAndTheHintedOneAsSoonAsItIsThere) {
    const HttpAnswer now = viewer_->reload();
    const std::string folder = "/live/";
    const HttpAnswer part = viewer_->get(folder + uriOf(now.body, "#EXT-X-PART:"));
    EXPECT_EQ(part.status, 200);
    EXPECT_GT(part.body.size(), 0U);
    const HttpAnswer hinted = viewer_->get(folder + uriOf(viewer_->reload().body, "#EXT-X-PRELOAD-HINT:"));
    EXPECT_EQ(hinted.status, 200);
    EXPECT_GT(hinted.body.size(), 0U);
}

TEST_F(LowLatencyHls, LetsGoOfAllWhoWaitForPartsThatNeverCome) {
    constexpr std::size_t kWaiting = 1000;
    publisher_->signal(SIGSTOP);
    const HttpAnswer now = viewer_->reload();
    const std::uint64_t next = nextSequence(now, *viewer_);
    std::vector<std::unique_ptr<HttpClient>> waiting;
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < kWaiting; ++i) {
        if (i % 20 == 0) {
            HlsClient another(port(), kPlaylist);
            another.enter();
            paths.push_back(another.mediaPath());
        }
        waiting.push_back(std::make_unique<HttpClient>(port()));
        waiting.back()->send("GET", fmt::format("{}&_HLS_msn={}", paths.back(), next + 1));
    }
    EXPECT_EQ(viewer_->reload().status, 200) << "it serves others meanwhile";
    for (const auto& client : waiting) EXPECT_EQ(client->receive().status, 503);
    publisher_->signal(SIGCONT);
    EXPECT_EQ(ask(fmt::format("&_HLS_msn={}", next)).status, 200);
}

} // namespace
} // namespace hookcast::integration
