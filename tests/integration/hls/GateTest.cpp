// The vhost's own rules, kept verdicts and limits are for viewers of HLS as for everybody else.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HlsClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr const char* kPlaylist = "/live/show.m3u8";

/// A server whose stream `live/show` has segments.
class HlsGate : public testing::Test {
  protected:
    /// `ofVhost` stands in the vhost, `ofHooks` in its http_hooks, `before` in front of all.
    void start(const std::string& ofVhost, const std::string& ofHooks = "", const std::string& before = "") {
        hookcast_.emplace(
            fmt::format("{}\nhttp_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}", before, apiPort_.number(),
                        defaultVhost("hls { enabled on; hls_fragment 1; } " + ofVhost + hooksTo(backend_, ofHooks))));
        publisher_.emplace(std::vector<std::string>{"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy",
                                                    "-f", "flv", hookcast_->rtmpUrl("live/show")});
        backend_.waitForCall("on_publish");
    }

    /// What the first request of somebody there is answered.
    int statusAt(const char* address, const std::string& fields = "", const std::string& query = "") const {
        return HlsClient(hookcast_->httpPort(), kPlaylist + query, fields, address).enter().status;
    }

    std::size_t count(const std::string& action) { return withAction(backend_.calls(), action).size(); }

    MockBackend backend_;
    FreePort apiPort_;
    std::optional<HttpHookcast> hookcast_;
    std::optional<FfmpegRun> publisher_;
};

TEST_F(HlsGate, AddressesThatMayNotPlayGetNoPlaylist) {
    start("security { enabled on; allow publish all; deny play 127.0.0.2; allow play all; } ");
    EXPECT_EQ(statusAt("127.0.0.1"), 200);
    EXPECT_EQ(statusAt("127.0.0.2"), 403);
    EXPECT_EQ(count("on_play"), 1U) << "no backend is asked about who may not anyway";
}

TEST_F(HlsGate, PagesThatMayNotPlayGetNoPlaylist) {
    start("refer { enabled on; play example.com; } ");
    EXPECT_EQ(statusAt("127.0.0.1", "Referer: http://example.com/watch\r\n"), 200);
    EXPECT_EQ(statusAt("127.0.0.1", "Origin: http://example.com\r\n"), 200);
    EXPECT_EQ(statusAt("127.0.0.1", "Referer: http://other.example/\r\n"), 403);
    EXPECT_EQ(count("on_play"), 2U);
}

TEST_F(HlsGate, ViewersWhoComeBackAskOnceForEachTokenUntilAKick) {
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"body":"{\"code\":0,\"data\":{\"ttl\":600}}"}})");
    start("", "cache_verdicts on;");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(statusAt("127.0.0.1", "", "?token=1"), 200);
        EXPECT_EQ(statusAt("127.0.0.1", "", "?token=2"), 200);
    }
    EXPECT_EQ(count("on_play"), 2U);
    EXPECT_EQ(statusAt("127.0.0.2", "", "?token=1"), 200);
    EXPECT_EQ(count("on_play"), 3U) << "it is kept for one address";
    backend_.removeRules();
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"status":403}})");
    EXPECT_EQ(statusAt("127.0.0.1", "", "?token=1"), 200);
    const ApiClient api(apiPort_.number());
    EXPECT_EQ(api.json("DELETE", "/api/v1/verdicts?stream=live/show")->getValue<int>("forgotten"), 3);
    EXPECT_EQ(statusAt("127.0.0.1", "", "?token=1"), 403);
}

TEST_F(HlsGate, OneAddressHasHalfOfAllViewersAtMost) {
    start("", "", "limits { limit_exempt off; hls_viewers 4; }");
    EXPECT_EQ(statusAt("127.0.0.2"), 200);
    EXPECT_EQ(statusAt("127.0.0.2"), 200);
    EXPECT_EQ(statusAt("127.0.0.2"), 503);
    hookcast_->server().waitForLog("clients of its address are there (connections_per_address)");
    EXPECT_EQ(statusAt("127.0.0.3"), 200) << "others have their own share";
    EXPECT_EQ(statusAt("127.0.0.4"), 200);
    EXPECT_EQ(statusAt("127.0.0.5"), 503);
    hookcast_->server().waitForLog("hls_viewers 4 is reached");
    EXPECT_EQ(count("on_play"), 4U);
}

} // namespace
} // namespace hookcast::integration
