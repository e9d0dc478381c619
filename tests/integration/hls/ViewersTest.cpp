// Every viewer is one client of the gate, whatever he does.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HlsClient.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPlaylist = "/live/show.m3u8";

/// A vhost with segments of a second, and what the test wants beside that.
std::string segmented(const MockBackend& backend, const std::string& hls = "", const std::string& more = "") {
    return defaultVhost(
        fmt::format("hls {{ enabled on; hls_fragment 1; hls_window 6; {} }} {}{}", hls, more, hooksTo(backend)));
}

/// A clip over and over, in real time.
std::vector<std::string> publishOver(const std::string& url) {
    return {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", url};
}

/// Those of players, as publishers are clients, too.
HookCalls callsOfViewers(const HookCalls& calls) {
    HookCalls viewers;
    std::vector<std::int64_t> publishers;
    for (const HookCall& call : calls)
        if (call.action() == "on_publish") publishers.push_back(call.number("client_id"));
    for (const HookCall& call : calls)
        if (std::find(publishers.begin(), publishers.end(), call.number("client_id")) == publishers.end())
            viewers.push_back(call);
    return viewers;
}

/// A server whose stream `live/show` has segments.
class HlsViewers : public testing::Test {
  protected:
    void start(const std::string& hls = "") {
        hookcast_.emplace(
            fmt::format("limits {{ limit_exempt 127.0.0.1; }}\nhttp_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}",
                        apiPort_.number(), segmented(backend_, hls)));
        publisher_.emplace(publishOver(hookcast_->rtmpUrl("live/show")));
        backend_.waitForCall("on_publish");
    }

    std::uint16_t port() const { return hookcast_->httpPort(); }

    std::size_t count(const std::string& action) { return withAction(backend_.calls(), action).size(); }

    MockBackend backend_;
    FreePort apiPort_;
    std::optional<HttpHookcast> hookcast_;
    std::optional<FfmpegRun> publisher_;
};

TEST_F(HlsViewers, AreOneClientFromTheFirstPlaylistToTheLastSegment) {
    start("hls_viewer_timeout 1;");
    HlsClient viewer(port(), std::string(kPlaylist) + "?key=a%20b", "Referer: http://page/\r\nConnection: close\r\n");
    viewer.enter();
    EXPECT_THAT(viewer.mediaPath(), HasSubstr("/live/show.m3u8?key=a%20b&hls_ctx="));
    viewer.waitForSegments(2);
    EXPECT_EQ(viewer.fetch(0).status, 200);
    EXPECT_EQ(viewer.fetch(1).status, 200);
    const HookCall stop = backend_.waitForCall("on_stop");
    backend_.waitForCall("on_close");
    const HookCalls calls = callsOfViewers(backend_.calls());
    EXPECT_THAT(actionsOf(calls), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
    for (const HookCall& call : calls) EXPECT_EQ(call.number("client_id"), stop.number("client_id"));
    EXPECT_EQ(calls[1].text("param"), "?key=a%20b");
    EXPECT_EQ(calls[1].text("stream"), "show");
    EXPECT_EQ(calls[0].text("pageUrl"), "http://page/");
    EXPECT_EQ(calls[0].text("tcUrl"), "http://127.0.0.1/live");
    EXPECT_EQ(stop.number("send_bytes"), static_cast<std::int64_t>(viewer.receivedBytes())) << "to the byte";
}

TEST_F(HlsViewers, GetTheSameWordsForAllThatTheyMayNotHave) {
    start();
    HlsClient admitted(port(), kPlaylist);
    admitted.enter();
    admitted.waitForSegments(1);
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"body":"1"}})");
    const std::string segment = admitted.segments().front();
    const std::string bare = segment.substr(0, segment.find('?'));
    for (const std::string& path :
         {std::string(kPlaylist), std::string("/live/nobody.m3u8"), bare, bare + "?hls_ctx=", bare + "?hls_ctx=wrong",
          std::string("/live/nobody-7.ts"), std::string("/live/nobody-7.ts?hls_ctx=wrong"),
          std::string("/live/show.m3u8?hls_ctx=wrong"), std::string("/live/nobody.m3u8?hls_ctx=wrong")}) {
        HlsClient stranger(port(), path);
        const HttpAnswer answer = stranger.get(path);
        EXPECT_EQ(answer.status, 403) << path;
        EXPECT_EQ(answer.body, "not allowed\n") << path;
    }
    EXPECT_EQ(admitted.fetch(0).status, 200) << "what was allowed stays so";
}

TEST_F(HlsViewers, KeepTheirTokensForOneStreamAndOneAddress) {
    start();
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(1);
    const std::string query = viewer.segments().front().substr(viewer.segments().front().find('?'));
    EXPECT_EQ(HlsClient(port(), "").get("/live/other.m3u8" + query).status, 403);
    EXPECT_EQ(HlsClient(port(), "").get("/live/other-0.ts" + query).status, 404) << "there is none, for him neither";
    HlsClient elsewhere(port(), "", "", "127.0.0.2");
    EXPECT_EQ(elsewhere.get(viewer.segments().front()).status, 403);
    EXPECT_EQ(HlsClient(port(), "", "", "127.0.0.2").get(viewer.mediaPath()).status, 403);
    EXPECT_EQ(viewer.fetch(0).status, 200);
}

TEST_F(HlsViewers, AreListedAndKicked) {
    start();
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(1);
    const ApiClient api(apiPort_.number());
    const auto clients = api.get("/api/v1/clients")->getArray("clients");
    std::string id;
    for (std::size_t i = 0; i < clients->size(); ++i) {
        const auto client = clients->getObject(static_cast<unsigned>(i));
        if (client->getValue<std::string>("type") == "hls-play") id = client->getValue<std::string>("id");
    }
    ASSERT_NE(id, "");
    api.json("DELETE", "/api/v1/clients/" + id);
    backend_.waitForCall("on_stop");
    EXPECT_EQ(viewer.fetch(0).status, 403);
    EXPECT_EQ(HlsClient(port(), "").get(viewer.mediaPath()).status, 403);
    backend_.waitForCall("on_close");
    EXPECT_EQ(count("on_stop"), 1U);
}

TEST_F(HlsViewers, WaitForTheirStreamAndHearWhenNobodyComes) {
    hookcast_.emplace(segmented(backend_, "", "play { wait_stream 0; } "));
    EXPECT_EQ(HlsClient(port(), "").get(kPlaylist).status, 404);
    backend_.waitForCall("on_close");
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
}

TEST_F(HlsViewers, GetTheStreamThatComesWhileTheyWait) {
    hookcast_.emplace(segmented(backend_, "", "play { wait_stream 60; } "));
    HlsClient viewer(port(), kPlaylist);
    viewer.send(kPlaylist);
    backend_.waitForCall("on_play");
    publisher_.emplace(publishOver(hookcast_->rtmpUrl("live/show")));
    EXPECT_EQ(viewer.http().receive().status, 200);
}

TEST_F(HlsViewers, AreTakenBackWhenTheyLeaveBeforeTheVerdict) {
    start();
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"delay_ms":3000}})");
    HlsClient viewer(port(), kPlaylist);
    viewer.send(kPlaylist);
    backend_.waitForCall("on_play");
    viewer.leave();
    backend_.waitForCall("on_close");
    EXPECT_EQ(count("on_play"), count("on_stop")) << "a yes that came too late is told the end of";
}

TEST_F(HlsViewers, AreOneByPlaceWhereThereIsNoToken) {
    start("hls_ctx off; hls_viewer_timeout 1;");
    HlsClient first(port(), kPlaylist, "User-Agent: a\r\n");
    EXPECT_THAT(first.enter().body, Not(HasSubstr("hls_ctx")));
    first.waitForSegments(1);
    EXPECT_EQ(first.fetch(0).status, 200);
    HlsClient sameAgain(port(), kPlaylist, "User-Agent: a\r\n");
    EXPECT_EQ(sameAgain.enter().status, 200);
    EXPECT_EQ(count("on_play"), 1U);
    HlsClient other(port(), kPlaylist, "User-Agent: b\r\n");
    EXPECT_EQ(other.get(first.segments().front()).status, 403);
    EXPECT_EQ(other.enter().status, 200);
    EXPECT_EQ(count("on_play"), 2U);
    EXPECT_EQ(HlsClient(port(), "", "User-Agent: a\r\n", "127.0.0.2").get(first.segments().front()).status, 403);
    backend_.waitForCall("on_stop", 2);
}

TEST_F(HlsViewers, LearnNothingOfOtherStreams) {
    start();
    const FfmpegRun other(publishOver(hookcast_->rtmpUrl("live/other")));
    HlsClient neighbour(port(), "/live/other.m3u8");
    neighbour.enter();
    neighbour.waitForSegments(1);
    const std::string segment = neighbour.segments().front();
    const std::string there = segment.substr(0, segment.find('?'));
    const std::string notThere = "/live/nobody-0.ts";
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    const std::string query = viewer.mediaPath().substr(viewer.mediaPath().find('?'));
    const auto answers = [this](const std::string& path, const char* method) {
        const HttpAnswer answer = HlsClient(port(), "").get(path, method, "Content-Length: 0\r\n");
        return std::pair(answer.status, answer.body);
    };
    for (const char* method : {"GET", "POST", "PUT", "DELETE", "NONSENSE"})
        for (const std::string& more : {std::string(), query, std::string("?hls_ctx=wrong")})
            EXPECT_EQ(answers(there + more, method), answers(notThere + more, method)) << method << more;
}

TEST_F(HlsViewers, GetSegmentsOfAVhostThatTheirQueryNames) {
    for (const char* hls : {"hls_ctx off;", "hls_ts_ctx off;", "hls_cdn on;"}) {
        SCOPED_TRACE(hls);
        const HttpHookcast hookcast(fmt::format("limits {{ limit_exempt 127.0.0.1; }}\n{}vhost named.example {{ hls {{ "
                                                "enabled on; hls_fragment 1; hls_window 6; {} }} }}\n",
                                                defaultVhost("hls { enabled on; }"), hls));
        const FfmpegRun publisher(publishOver(hookcast.rtmpUrl("live/show?vhost=named.example")));
        HlsClient viewer(hookcast.httpPort(), std::string(kPlaylist) + "?vhost=named.example");
        viewer.enter();
        viewer.waitForSegments(1);
        EXPECT_THAT(viewer.segments().front(), HasSubstr("?vhost=named.example"));
        EXPECT_EQ(viewer.fetch(0).status, 200);
    }
}

TEST_F(HlsViewers, MayBeBehindACdn) {
    start("hls_cdn on;");
    HlsClient cache(port(), kPlaylist);
    EXPECT_THAT(cache.enter().body, Not(HasSubstr("hls_ctx")));
    cache.waitForSegments(1);
    const HttpAnswer segment = cache.fetch(0);
    EXPECT_EQ(segment.status, 200);
    EXPECT_THAT(segment.field("cache-control"), HasSubstr("max-age="));
    EXPECT_THAT(cache.reload().field("cache-control"), HasSubstr("max-age="));
    const std::size_t asked = count("on_play");
    EXPECT_EQ(HlsClient(port(), "").get(cache.segments().front()).status, 200);
    EXPECT_EQ(count("on_play"), asked) << "segments ask nobody";
    backend_.waitForCall("on_stop", asked);
}

TEST_F(HlsViewers, GetSegmentsInRangesAndByHead) {
    start();
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(1);
    const std::string path = viewer.segments().front();
    const HttpAnswer whole = viewer.get(path);
    EXPECT_EQ(whole.field("content-type"), "video/mp2t");
    EXPECT_EQ(whole.body.size() % 188, 0U);
    const HttpAnswer part = viewer.get(path, "GET", "Range: bytes=188-375\r\n");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.body.substr(188, 188));
    EXPECT_EQ(part.field("content-range"), fmt::format("bytes 188-375/{}", whole.body.size()));
    const HttpAnswer head = viewer.get(path, "HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("content-length"), std::to_string(whole.body.size()));
    EXPECT_EQ(viewer.get(path, "GET", "Range: bytes=99999999-\r\n").status, 416);
    EXPECT_EQ(viewer.get(kPlaylist, "HEAD").status, 200);
    EXPECT_EQ(viewer.get("/live/nobody.m3u8", "HEAD").status, 200) << "it tells nothing";
    EXPECT_EQ(count("on_play"), 1U);
}

TEST_F(HlsViewers, AreNotLedOutOfTheirStream) {
    start();
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(1);
    const std::string query = viewer.segments().front().substr(viewer.segments().front().find('?'));
    for (const char* path : {"/live/../live/show-0.ts", "/live/%2e%2e/live/show-0.ts", "/live%2Fshow-0.ts",
                             "/../show-0.ts", "/live/show-0.ts%00", "/live/show%0a-0.ts"})
        EXPECT_THAT(HlsClient(port(), "").get(path + query).status, testing::AnyOf(400, 404)) << path;
}

/// They come, look, pause, vanish in the middle of a segment, and are kicked.
TEST_F(HlsViewers, AreToldOfAsOftenAsTheyWereAskedAbout) {
    constexpr std::size_t kViewers = 500;
    start("hls_viewer_timeout 2;");
    {
        HlsClient first(port(), kPlaylist);
        first.enter();
        first.waitForSegments(1);
    }
    std::vector<std::unique_ptr<HlsClient>> viewers;
    for (std::size_t i = 0; i < kViewers; ++i) {
        auto viewer = std::make_unique<HlsClient>(port(), fmt::format("{}?user={}", kPlaylist, i));
        if (i % 5 == 0) { // gone before the verdict, or right behind it
            viewer->send(kPlaylist);
            viewer->leave();
            continue;
        }
        ASSERT_EQ(viewer->enter().status, 200);
        if (i % 5 == 1) viewer->leave();
        if (i % 5 >= 2) {
            ASSERT_EQ(viewer->reload().status, 200);
        }
        if (i % 5 == 3) { // in the middle of a segment
            viewer->send(viewer->segments().front());
            viewer->leave();
        }
        if (i % 5 == 4) {
            ASSERT_EQ(viewer->fetch(0).status, 200);
        }
        if (i % 50 < 40) viewers.push_back(std::move(viewer));
    }
    const ApiClient api(apiPort_.number());
    const auto clients = api.get("/api/v1/clients?count=1000")->getArray("clients");
    for (std::size_t i = 0; i < clients->size(); i += 7) {
        const auto client = clients->getObject(static_cast<unsigned>(i));
        if (client->getValue<std::string>("type") != "hls-play") continue;
        api.ask("DELETE", "/api/v1/clients/" + client->getValue<std::string>("id"));
    }
    viewers.clear();
    backend_.waitFor("the end of all", [](const HookCalls& calls) {
        return withAction(calls, "on_play").size() > kViewers / 2 &&
               withAction(calls, "on_play").size() == withAction(calls, "on_stop").size() &&
               withAction(calls, "on_connect").size() == withAction(calls, "on_close").size() + 1;
    });
    hookcast_->server().stop();
    const HookCalls& calls = backend_.calls();
    for (const HookCall& play : withAction(calls, "on_play")) {
        const auto isHis = [&](const HookCall& stop) { return stop.number("client_id") == play.number("client_id"); };
        const HookCalls stops = withAction(calls, "on_stop");
        EXPECT_EQ(std::count_if(stops.begin(), stops.end(), isHis), 1) << play.number("client_id");
    }
}

TEST_F(HlsViewers, EndWithTheServer) {
    start();
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(1);
    hookcast_->server().stop();
    backend_.waitForCall("on_stop");
    backend_.waitForCall("on_close");
}

TEST_F(HlsViewers, StayWhenTheirPublisherComesBack) {
    start();
    HlsClient viewer(port(), kPlaylist);
    viewer.enter();
    viewer.waitForSegments(2);
    publisher_.emplace(publishOver(hookcast_->rtmpUrl("live/show")));
    const Deadline deadline;
    while (viewer.reload().body.find("#EXT-X-DISCONTINUITY\n") == std::string::npos) {
        ASSERT_FALSE(deadline.passed());
        viewer.http().tcp().waitReadable(Deadline(std::chrono::milliseconds(100)));
    }
    EXPECT_EQ(count("on_stop"), 0U);
    EXPECT_EQ(count("on_play"), 1U);
}

} // namespace
} // namespace hookcast::integration
